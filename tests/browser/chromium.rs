//! A headless Chromium, driven over the pipe of its DevTools protocol: no port, no other program.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::Folder;

/// Longest wait for the next message.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one empty page.
pub(crate) struct Browser {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// What was reported without being asked for.
    events: Vec<Value>,
    session: Option<String>,
    last: u64,
    _profile: Folder,
}

impl Browser {
    /// Starts it; absent on a machine without one. In continuous integration that is a failure, because nothing
    /// would be tested.
    pub(crate) fn start() -> Option<Self> {
        let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
            let version = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        });
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        assert!(found.is_some() || !ci, "no chromium on the path: `.ci/run` installs it");
        let profile = Folder::new();
        // The protocol reads descriptor 3 and writes descriptor 4, which become the pipes of this test.
        let script = format!(
            "exec {} --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars \
             --disable-background-networking --disable-component-update --disable-sync --lang=en \
             --user-data-dir='{}' --remote-debugging-pipe 3<&0 4>&1 >/dev/null 2>&1 </dev/null",
            found?,
            profile.path("profile")
        );
        let mut process = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = process.stdin.take().expect("piped");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let (sender, messages) = mpsc::channel();
        // Reading has no timeout; waiting for a channel has.
        thread::spawn(move || {
            for message in output.split(0) {
                let message = message.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
                if message.is_none_or(|message: Value| sender.send(message).is_err()) {
                    break;
                }
            }
        });
        let mut browser =
            Self { process, input, messages, events: Vec::new(), session: None, last: 0, _profile: profile };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", &attach);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// What the browser answers to a call of the protocol.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).and_then(|()| self.input.flush()).expect("the browser listens");
        loop {
            let message = self.messages.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {method}"));
            if message["id"].as_u64() == Some(self.last) {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Opens a page on a screen of this size and waits until it is loaded.
    #[track_caller]
    pub(crate) fn open(&mut self, path: &str, (width, height): (u32, u32)) {
        self.events.clear();
        let mobile = width < 600;
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.call("Emulation.setDeviceMetricsOverride", &screen);
        self.call("Page.navigate", &json!({ "url": format!("file://{path}") }));
        let mut tries = 0;
        while self.text("document.readyState") != "complete" || self.text("location.protocol") != "file:" {
            tries += 1;
            assert!(tries < 1000, "{path} does not load");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Pretends that the reader prefers these colours, and that the page is on this medium.
    pub(crate) fn prefer(&mut self, colours: &str, medium: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "media": medium, "features": features }));
    }

    /// The value of an expression on the page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let answer = self.call("Runtime.evaluate", &json!({ "expression": expression, "returnByValue": true }));
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The same as text.
    #[track_caller]
    pub(crate) fn text(&mut self, expression: &str) -> String {
        self.value(&format!("String({expression})")).as_str().expect("text").to_owned()
    }

    /// Presses the button of the mouse over the middle of what a selector finds first.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let (x, y) = self.middle(selector);
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Rests the mouse there.
    #[track_caller]
    pub(crate) fn hover(&mut self, selector: &str) {
        let (x, y) = self.middle(selector);
        self.call("Input.dispatchMouseEvent", &json!({ "type": "mouseMoved", "x": x, "y": y }));
    }

    #[track_caller]
    fn middle(&mut self, selector: &str) -> (f64, f64) {
        let quoted = json!(selector);
        let place = self.value(&format!(
            "(() => {{ const found = document.querySelector({quoted}); if (!found) return null; \
             found.scrollIntoView({{ block: 'center', inline: 'center' }}); const box = found.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        let at = |i: usize| place[i].as_f64().unwrap_or_else(|| panic!("`{selector}` is not on the page"));
        (at(0), at(1))
    }

    /// Types text where the focus is.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Presses a key, such as `ArrowRight`.
    pub(crate) fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code(key) });
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Errors and warnings of the console, exceptions, and requests for anything but this page.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // One more answer, so that all events before it are here.
        self.value("0");
        let told = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Log.entryAdded" | "Runtime.consoleAPICalled") => true,
            Some("Network.requestWillBeSent") => {
                let params = &event["params"];
                params["type"] != "Document" || params["request"]["url"] != params["documentURL"]
            }
            _ => false,
        };
        self.events.iter().filter(told).map(Value::to_string).collect()
    }

    /// A picture of the whole page, as PNG.
    pub(crate) fn screenshot(&mut self, whole: bool) -> Vec<u8> {
        let options = json!({ "format": "png", "captureBeyondViewport": whole });
        let answer = self.call("Page.captureScreenshot", &options);
        decode(answer["data"].as_str().expect("a picture"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number of a key in the protocol.
fn code(key: &str) -> u32 {
    match key {
        "Enter" => 13,
        "End" => 35,
        "Home" => 36,
        "ArrowLeft" => 37,
        "ArrowRight" => 39,
        "Tab" => 9,
        "Escape" => 27,
        _ => 0,
    }
}

/// Base 64.
fn decode(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => u32::from(letter - b'A'),
        b'a'..=b'z' => u32::from(letter - b'a') + 26,
        b'0'..=b'9' => u32::from(letter - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|letter| *letter != b'=').collect();
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    for four in letters.chunks(4) {
        let bits = four.iter().fold(0, |bits, letter| bits << 6 | value(*letter)) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}
