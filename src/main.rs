//! The `huizong` binary. Everything is in the library.

/// A run allocates millions of small, short-lived buffers on several threads; the system allocator took a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    huizong::cli::main()
}
