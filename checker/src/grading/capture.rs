//! What a process printed, without letting it fill the memory.

/// Bytes kept from the beginning, and as many from the end.
const HALF: usize = 32 * 1024;

/// The beginning and the end of what was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    head: Vec<u8>,
    tail: Vec<u8>,
    left_out: u64,
}

impl Capture {
    /// Takes in what was just printed.
    pub fn push(&mut self, bytes: &[u8]) {
        let (head, rest) = bytes.split_at(bytes.len().min(HALF - self.head.len()));
        self.head.extend_from_slice(head);
        // Of a single large piece only the end can stay.
        let skipped = rest.len().saturating_sub(HALF);
        self.tail.extend_from_slice(&rest[skipped..]);
        self.left_out += skipped as u64;
        // Moving the bytes only now and then keeps up with whoever prints as fast as possible.
        if self.tail.len() > 8 * HALF {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        let surplus = self.tail.len().saturating_sub(HALF);
        self.tail.drain(..surplus);
        self.left_out += surplus as u64;
    }

    /// What was kept, with a remark where something was left out.
    pub fn text(&self) -> String {
        let mut kept = self.clone();
        kept.shorten();
        let Capture {
            head,
            tail,
            left_out,
        } = kept;
        if left_out == 0 {
            return String::from_utf8_lossy(&[head, tail].concat()).into_owned();
        }
        format!(
            "{}\n[{} bytes left out]\n{}",
            String::from_utf8_lossy(&head),
            left_out,
            String::from_utf8_lossy(&tail)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_output_is_kept_whole() {
        let mut capture = Capture::default();
        capture.push(b"one ");
        capture.push("zwölf".as_bytes());
        assert_eq!(capture.text(), "one zwölf");
    }

    #[test]
    fn of_long_output_beginning_and_end_are_kept() {
        for piece in [1, 1000, HALF, 10 * HALF] {
            let mut all = vec![b'.'; 10 * HALF];
            all[0] = b'<';
            *all.last_mut().unwrap() = b'>';
            let mut capture = Capture::default();
            all.chunks(piece).for_each(|piece| capture.push(piece));
            let text = capture.text();
            assert!(text.starts_with('<') && text.ends_with('>'));
            assert!(text.len() < 2 * HALF + 100);
            assert!(text.contains(&format!("[{} bytes left out]", 8 * HALF)));
        }
    }
}
