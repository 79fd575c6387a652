//! A client without threads, over files in memory and the real box: every effect is one step, and
//! the power can be cut after any of them.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use lifeos_replica::api::{Call, Phase, Problem, Push, Reply, Status};
use lifeos_replica::client::{
    Client, Config, Effect, Effort, HttpFailure, HttpRequest, HttpResponse, Input, Now,
};
use lifeos_replica::{FileName, StoredFile, Write};

use crate::person::secret;

/// What is on a device's disk.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    pub(crate) vault: Option<Vec<u8>>,
    pub(crate) files: BTreeMap<FileName, Vec<u8>>,
}

impl Shelf {
    /// Reads a folder of a client that has ended.
    pub(crate) fn copy_of(folder: &Path) -> Self {
        let mut shelf = Self::default();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            if name == "vault" {
                shelf.vault = Some(bytes);
            } else if let Some(name) = FileName::parse(&name) {
                shelf.files.insert(name, bytes);
            }
        }
        shelf
    }

    fn carry_out(&mut self, writes: Vec<Write>) {
        for write in writes {
            match write {
                Write::Append {
                    file,
                    offset,
                    bytes,
                } => {
                    let content = self.files.entry(file).or_default();
                    content.truncate(usize::try_from(offset).unwrap());
                    content.extend(bytes);
                }
                Write::Truncate { file, length } => {
                    if let Some(content) = self.files.get_mut(&file) {
                        content.truncate(usize::try_from(length).unwrap());
                    }
                }
                Write::Replace { file, bytes } => {
                    self.files.insert(file, bytes);
                }
                Write::Remove { file } => {
                    self.files.remove(&file);
                }
            }
        }
    }

    fn part(&self, file: FileName, offset: u64, length: u32) -> Option<Vec<u8>> {
        let from = usize::try_from(offset).unwrap();
        let to = from + usize::try_from(length).unwrap();
        Some(self.files.get(&file)?.get(from..to)?.to_vec())
    }
}

/// The power was cut.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Killed;

/// Wakes in a row after which what is waited for will not come.
const PATIENCE: usize = 300;
/// How much of a stream comes at once.
const PIECE_BYTES: usize = 4 << 10;

/// A client and its disk.
pub(crate) struct Stepper {
    client: Client,
    pub(crate) shelf: Shelf,
    pub(crate) online: bool,
    /// After how many steps at the box or the disk the power goes.
    pub(crate) steps_left: Option<usize>,
    /// Pieces of streams that came.
    pub(crate) pieces: u64,
    pub(crate) pushes: Vec<Push>,
    origin: String,
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
    inputs: VecDeque<Input>,
    answers: BTreeMap<u64, Result<Reply, Problem>>,
    next_call: u64,
    monotonic_ms: u64,
    wake_ms: Option<u64>,
}

impl Stepper {
    /// Starts a client over a disk.
    pub(crate) fn start(shelf: Shelf, origin: &str) -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).unwrap();
        let origin = origin.to_owned();
        let config = Config {
            origin: origin.clone(),
        };
        let started = Input::Started {
            vault: shelf.vault.clone(),
            files: shelf.files.keys().copied().collect(),
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Self {
            client: Client::new(config, seed),
            shelf,
            online: true,
            steps_left: None,
            pieces: 0,
            pushes: Vec::new(),
            origin,
            agent,
            cookies: BTreeMap::new(),
            inputs: VecDeque::from([started]),
            answers: BTreeMap::new(),
            next_call: 1,
            monotonic_ms: 1,
            wake_ms: None,
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.client.status()
    }

    pub(crate) fn effort(&self) -> Effort {
        self.client.effort()
    }

    /// Loses what one record is.
    pub(crate) fn lose_a_record(&mut self) {
        self.client.lose_a_record();
    }

    /// Goes on until the status is as wanted.
    pub(crate) fn run_until(&mut self, is: impl Fn(&Status) -> bool) -> Result<(), Killed> {
        self.run(|stepper| is(&stepper.status()))
    }

    /// Goes on while something holds.
    pub(crate) fn run_while(&mut self, holds: impl Fn(&Self) -> bool) -> Result<(), Killed> {
        self.run(|stepper| !holds(stepper))
    }

    /// Makes a call and goes on until it is answered.
    pub(crate) fn try_call(&mut self, call: Call) -> Result<Result<Reply, Problem>, Killed> {
        let id = self.ask(call, None);
        self.answer_to(id)
    }

    /// Makes a call, with a file beside it, and goes on only when it is run.
    pub(crate) fn ask(&mut self, call: Call, attachment: Option<Vec<u8>>) -> u64 {
        let id = self.next_call;
        self.next_call += 1;
        self.inputs.push_back(Input::Call {
            id,
            call,
            attachment,
        });
        id
    }

    /// Goes on until a call is answered.
    pub(crate) fn answer_to(&mut self, id: u64) -> Result<Result<Reply, Problem>, Killed> {
        self.run(|stepper| stepper.answers.contains_key(&id))?;
        Ok(self.answers.remove(&id).unwrap())
    }

    pub(crate) fn call(&mut self, call: Call) -> Reply {
        self.try_call(call).unwrap().unwrap()
    }

    /// Is told that the tail is open.
    pub(crate) fn tail_opened(&mut self) {
        self.inputs.push_back(Input::TailOpen);
    }

    /// Opens by a kit.
    pub(crate) fn unlock(&mut self, code: &str) -> Result<(), Killed> {
        self.run_until(|status| matches!(status.phase, Phase::Locked { .. }))?;
        let code = secret(code);
        self.try_call(Call::UnlockKit { code })?.unwrap();
        Ok(())
    }

    fn run(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), Killed> {
        let mut wakes = 0;
        while !done(self) {
            let input = match self.inputs.pop_front() {
                Some(input) => input,
                None => {
                    // Time does not pass: it is told to have.
                    wakes += 1;
                    let Some(ms) = self.wake_ms.take().filter(|_| wakes < PATIENCE) else {
                        panic!("it will not come: {:?}", self.status());
                    };
                    self.monotonic_ms += ms;
                    Input::Wake
                }
            };
            let effects = self.client.handle(self.now(), input);
            for effect in effects {
                self.carry_out(effect)?;
            }
        }
        Ok(())
    }

    fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Now {
            wall_ms: u64::try_from(wall.as_millis()).unwrap(),
            monotonic_ms: self.monotonic_ms,
            utc_offset_minutes: 0,
        }
    }

    /// The step was taken, and whoever took it may not come to hear of it.
    fn step(&mut self) -> Result<(), Killed> {
        if let Some(left) = &mut self.steps_left {
            *left = left.checked_sub(1).ok_or(Killed)?;
            if *left == 0 {
                return Err(Killed);
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) -> Result<(), Killed> {
        match effect {
            Effect::Http(request) => {
                let token = request.token;
                let streamed = request.streamed;
                let mut result = if self.online {
                    self.send(request)
                } else {
                    Err(HttpFailure::Unreachable)
                };
                self.step()?;
                if let Ok(response) = &mut result
                    && streamed
                    && response.status == 200
                {
                    let body = std::mem::take(&mut response.body);
                    for bytes in body.chunks(PIECE_BYTES) {
                        self.pieces += 1;
                        let bytes = bytes.to_vec();
                        self.inputs.push_back(Input::HttpPiece { token, bytes });
                    }
                }
                self.inputs.push_back(Input::Http { token, result });
            }
            Effect::Write { token, writes } => {
                self.shelf.carry_out(writes);
                self.step()?;
                let result = Ok(());
                self.inputs.push_back(Input::Written { token, result });
            }
            Effect::WriteVault { token, bytes } => {
                self.shelf.vault = Some(bytes);
                self.step()?;
                let result = Ok(());
                self.inputs.push_back(Input::Written { token, result });
            }
            Effect::Read { token, files } => {
                let found = |name: FileName| {
                    let bytes = self.shelf.files.get(&name)?.clone();
                    Some(StoredFile { name, bytes })
                };
                let files = files.into_iter().filter_map(found).collect();
                self.inputs.push_back(Input::Read { token, files });
            }
            Effect::ReadPart {
                token,
                file,
                offset,
                length,
            } => {
                let bytes = self.shelf.part(file, offset, length);
                self.inputs.push_back(Input::ReadPart { token, bytes });
            }
            Effect::EraseAll => self.shelf = Shelf::default(),
            Effect::WakeAfter { ms } => self.wake_ms = Some(ms),
            Effect::Answer { id, result } => {
                self.answers.insert(id, *result);
            }
            Effect::Push(push) => self.pushes.push(push),
            // It lives by pulling alone.
            Effect::TailConnect { .. } | Effect::TailClose | Effect::Ended => {}
        }
        Ok(())
    }

    fn send(&mut self, request: HttpRequest) -> Result<HttpResponse, HttpFailure> {
        let mut builder = ureq::http::Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.origin, request.path));
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            builder = builder.header("cookie", cookies.join("; "));
        }
        let unreachable = |_| HttpFailure::Unreachable;
        let answer = if request.body.is_empty() && matches!(request.method, "GET" | "DELETE") {
            self.agent.run(builder.body(()).unwrap())
        } else {
            self.agent.run(builder.body(request.body).unwrap())
        };
        let mut answer = answer.map_err(unreachable)?;
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = answer.status().as_u16();
        let body = answer
            .body_mut()
            .with_config()
            .limit(256 << 20)
            .read_to_vec()
            .map_err(|_| HttpFailure::Cut)?;
        Ok(HttpResponse { status, body })
    }
}
