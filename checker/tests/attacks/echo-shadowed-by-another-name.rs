//! The same, for a type that goes by another name.

pub mod api;

use api::Answer as Mine;

pub fn echo(_: &str) -> Mine {
    Mine(String::new())
}

macro_rules! method {
    ($of:ty, $name:ident) => {
        impl $of {
            pub fn $name(&self) -> $of {
                Mine(String::new())
            }
        }
    };
}

method!(Mine, clone);
