//! System calls, refused by seccomp.
//!
//! A program that computes gets the calls that its runtime needs, and no other. A compiler starts a linker, so it gets all
//! but those that reach beyond files and processes of its own; what it can do with the rest is Landlock's business.

use std::io;

use super::Purpose;

/// Gives up the system calls that `purpose` has no use for, for good.
#[cfg(target_os = "linux")]
pub fn give_up(purpose: Purpose) -> io::Result<()> {
    linux::restrict(purpose).map_err(|error| {
        io::Error::new(
            io::ErrorKind::Unsupported,
            format!("seccomp refuses: {error}. It needs Linux with CONFIG_SECCOMP_FILTER"),
        )
    })
}

/// Elsewhere there is nothing of the kind.
#[cfg(not(target_os = "linux"))]
pub fn give_up(_purpose: Purpose) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "only Linux has seccomp",
    ))
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;

    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, TargetArch, apply_filter,
    };

    use super::Purpose;

    type Error = Box<dyn std::error::Error>;
    type Rules = BTreeMap<i64, Vec<SeccompRule>>;

    /// Refused like a file that one may not touch: programs know how to live with that.
    const REFUSED: SeccompAction = SeccompAction::Errno(libc::EPERM as u32);
    /// As on a system that does not have the call: the C library then takes an older one.
    const UNKNOWN: SeccompAction = SeccompAction::Errno(libc::ENOSYS as u32);

    pub fn restrict(purpose: Purpose) -> Result<(), Error> {
        match purpose {
            Purpose::Compute => {
                // Its flags lie in memory, where no filter can read them: threads have to be made with `clone`. Of two
                // filters the stricter decides, so the second may allow it.
                let clone3 = every(&[libc::SYS_clone3]);
                apply(clone3, SeccompAction::Allow, UNKNOWN)?;
                apply(compute()?, REFUSED, SeccompAction::Allow)?;
            }
            Purpose::Compile => apply(every(BEYOND), SeccompAction::Allow, REFUSED)?,
        }
        Ok(())
    }

    fn apply(rules: Rules, otherwise: SeccompAction, matched: SeccompAction) -> Result<(), Error> {
        let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
        let filter = SeccompFilter::new(rules, otherwise, matched, architecture)?;
        apply_filter(&BpfProgram::try_from(filter)?)?;
        Ok(())
    }

    fn every(calls: &[i64]) -> Rules {
        calls.iter().map(|&call| (call, Vec::new())).collect()
    }

    /// What a Rust program needs that computes, prints, and has threads.
    fn compute() -> Result<Rules, Error> {
        let mut rules = every(COMPUTE);
        // Threads, but no processes.
        let thread = u64::try_from(libc::CLONE_THREAD)?;
        let threads = condition(0, SeccompCmpOp::MaskedEq(thread), thread)?;
        rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![threads])?]);
        // `abort` sends a signal to its own process; this helper's number is that of the program that it becomes.
        let own = condition(0, SeccompCmpOp::Eq, u64::from(std::process::id()))?;
        rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
        Ok(rules)
    }

    fn condition(
        argument: u8,
        operation: SeccompCmpOp,
        value: u64,
    ) -> Result<SeccompCondition, Error> {
        Ok(SeccompCondition::new(
            argument,
            SeccompCmpArgLen::Qword,
            operation,
            value,
        )?)
    }

    /// What the C library and Rust's runtime ask for on behalf of a program that computes. Starting programs is among
    /// them, for the helper itself; Landlock leaves but one to start.
    const COMPUTE: &[i64] = &[
        libc::SYS_brk,
        libc::SYS_clock_getres,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_clone3,
        libc::SYS_close,
        libc::SYS_dup,
        libc::SYS_execve,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_faccessat,
        libc::SYS_fcntl,
        libc::SYS_fstat,
        libc::SYS_futex,
        libc::SYS_getcwd,
        libc::SYS_getpid,
        libc::SYS_getppid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_gettimeofday,
        libc::SYS_getuid,
        libc::SYS_geteuid,
        libc::SYS_getgid,
        libc::SYS_getegid,
        libc::SYS_ioctl,
        libc::SYS_lseek,
        libc::SYS_madvise,
        libc::SYS_membarrier,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_nanosleep,
        libc::SYS_newfstatat,
        libc::SYS_openat,
        libc::SYS_ppoll,
        libc::SYS_pread64,
        libc::SYS_prlimit64,
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_restart_syscall,
        libc::SYS_rseq,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_set_tid_address,
        libc::SYS_sigaltstack,
        libc::SYS_statx,
        libc::SYS_uname,
        libc::SYS_write,
        libc::SYS_writev,
        // Those that only the older of the two architectures has.
        #[cfg(target_arch = "x86_64")]
        libc::SYS_access,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_arch_prctl,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_open,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_readlink,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_stat,
    ];

    /// What no compiler needs: the network, other processes' memory, kernel interfaces with a history of holes, and
    /// everything that changes the system.
    const BEYOND: &[i64] = &[
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_add_key,
        libc::SYS_bind,
        libc::SYS_bpf,
        libc::SYS_chroot,
        libc::SYS_connect,
        libc::SYS_fanotify_init,
        libc::SYS_fsopen,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        libc::SYS_io_uring_setup,
        libc::SYS_kexec_load,
        libc::SYS_keyctl,
        libc::SYS_listen,
        libc::SYS_mount,
        libc::SYS_move_mount,
        libc::SYS_open_by_handle_at,
        libc::SYS_open_tree,
        libc::SYS_perf_event_open,
        libc::SYS_personality,
        libc::SYS_pidfd_getfd,
        libc::SYS_pivot_root,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_ptrace,
        libc::SYS_reboot,
        libc::SYS_request_key,
        libc::SYS_setns,
        libc::SYS_setsid,
        libc::SYS_shmat,
        libc::SYS_shmget,
        libc::SYS_socket,
        libc::SYS_swapon,
        libc::SYS_syslog,
        libc::SYS_umount2,
        libc::SYS_unshare,
        libc::SYS_userfaultfd,
    ];
}
