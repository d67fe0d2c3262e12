//! Files, network and signals, refused by Landlock.
//!
//! Landlock ABI 3 (Linux 6.2) is required: it covers all that matters of files. Later ones add TCP (4), devices (5),
//! signals and abstract sockets (6); where they are missing, seccomp refuses the same to a program that computes.

use std::io;

use super::{Confinement, Purpose};

/// Gives up all files, TCP and signals beyond what is listed, for good.
#[cfg(target_os = "linux")]
pub fn give_up(confinement: &Confinement) -> io::Result<()> {
    restrict(confinement).map_err(|error| {
        io::Error::new(
            io::ErrorKind::Unsupported,
            format!(
                "Landlock refuses: {error}. It needs Linux 6.2 or later, with Landlock enabled"
            ),
        )
    })
}

#[cfg(target_os = "linux")]
fn restrict(confinement: &Confinement) -> Result<(), landlock::RulesetError> {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
        RulesetCreatedAttr, Scope, path_beneath_rules,
    };
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let read = match confinement.purpose {
        Purpose::Compute => read,
        Purpose::Compile => read | AccessFs::Execute,
    };
    let own = AccessFs::from_all(ABI::V3) & !AccessFs::Execute;
    Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V3))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        // What does not exist need not be granted.
        .add_rules(path_beneath_rules(&confinement.read, read))?
        .add_rules(path_beneath_rules(
            &confinement.execute,
            AccessFs::ReadFile | AccessFs::Execute,
        ))?
        .add_rules(path_beneath_rules(&confinement.write, own))?
        .restrict_self()?;
    Ok(())
}

/// Elsewhere there is nothing of the kind.
#[cfg(not(target_os = "linux"))]
pub fn give_up(_confinement: &Confinement) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "only Linux has Landlock",
    ))
}
