//! The `plancast` program: hands its arguments to the library's command line.

fn main() -> std::process::ExitCode {
    plancast::cli::run(std::env::args_os())
}
