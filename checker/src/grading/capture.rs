//! What a process printed, without letting it fill the memory.

use std::collections::VecDeque;

/// Bytes kept from the beginning, and as many from the end.
const HALF: usize = 32 * 1024;

/// The beginning and the end of what was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: u64,
}

impl Capture {
    /// Takes in what was just printed.
    pub fn push(&mut self, bytes: &[u8]) {
        let (head, rest) = bytes.split_at(bytes.len().min(HALF - self.head.len()));
        self.head.extend_from_slice(head);
        // Of a single large piece only the end can stay.
        let skipped = rest.len().saturating_sub(HALF);
        self.tail.extend(&rest[skipped..]);
        let surplus = self.tail.len().saturating_sub(HALF);
        self.tail.drain(..surplus);
        self.left_out += (skipped + surplus) as u64;
    }

    /// What was kept, with a remark where something was left out.
    pub fn text(&self) -> String {
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        if self.left_out == 0 {
            let all = [self.head.as_slice(), &tail].concat();
            return String::from_utf8_lossy(&all).into_owned();
        }
        format!(
            "{}\n[{} bytes left out]\n{}",
            String::from_utf8_lossy(&self.head),
            self.left_out,
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
            assert_eq!(capture.head.len() + capture.tail.len(), 2 * HALF);
            assert!(text.contains(&format!("[{} bytes left out]", 8 * HALF)));
        }
    }
}
