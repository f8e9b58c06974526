//! A panic is a bug: says how to report it and ends with its own exit code.

use std::panic;

use super::exit::Exit;
use super::talk;

/// From now on a panic of any thread ends the program with [`Exit::Bug`] and a message.
pub fn report_panics() {
    panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let what = payload.downcast_ref::<&str>().copied();
        let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let place =
            info.location().map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
        talk::say(&format!(
            "error: plancast {} has a bug: {what}{place}\n help: please report these lines with the command and, if \
             you may, the plan\n",
            env!("CARGO_PKG_VERSION")
        ));
        exit();
    }));
}

#[expect(clippy::exit, reason = "the panic may be in any thread, and unwinding would only lose the code")]
fn exit() -> ! {
    std::process::exit(i32::from(Exit::Bug.code()))
}
