//! Says what a browser, a terminal or a spreadsheet would carry out.

pub mod api;

// + server
// + node

fn attack() {
    panic!("=HYPERLINK(\"http://example.org\") <script>alert(1)</script> ]]> &amp; \u{1b}[31m \u{202e} \u{0} \r\n+1");
}
