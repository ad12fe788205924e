//! The `huizong` binary: arguments in, exit code out. Everything else is in the library.

/// A night makes millions of small, short-lived buffers on several threads; the system's allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    huizong::cli::main()
}
