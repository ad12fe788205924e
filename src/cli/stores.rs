//! Folders of a command that may lie in an object store, and how what fails there is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Exit;
use super::exit::{complain, complain_of, told, with_causes};
use super::{default_lang, log};
use crate::domain::Lang;
use crate::lake::{self, Output};
use crate::release;
use crate::remote::{self, Address, Error, Inputs, Mirror, Needed, Place, Results, Session};

/// How long a reader waits for another one that fetches the same.
const WAITED: Duration = Duration::from_secs(600);

/// The submissions of a command: a folder of this machine, which may be a copy.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) folder: PathBuf,
    pub(super) mirror: Option<Arc<Mirror>>,
}

impl Input {
    /// The folder that an argument or a definition means; what is new in a store is fetched.
    pub(super) fn of(given: PathBuf) -> Result<Input, Error> {
        let address = match Place::of(&given)? {
            Place::Folder(folder) => return Ok(Input { folder, mirror: None }),
            Place::Store(address) => address,
        };
        log::set_up_for_stores();
        let mirror = patient(|| remote::inputs(&address, &remote::working_copies()?))?;
        Ok(Input {
            folder: mirror.folder.clone(),
            mirror: Some(Arc::new(mirror)),
        })
    }
}

/// The releases of a command: an output folder of this machine, which may be the working copy of one in a store.
#[derive(Clone, Debug)]
pub(super) struct Releases {
    pub(super) folder: PathBuf,
    pub(super) session: Option<Arc<Session>>,
}

impl Releases {
    /// To look at them.
    pub(super) fn to_read(given: PathBuf, needed: Needed) -> Result<Releases, Error> {
        Releases::opened(given, |address, all| patient(|| Session::to_read(address, all, needed)))
    }

    /// To change them: nobody else may until the command ends.
    pub(super) fn to_write(given: PathBuf, needed: Needed) -> Result<Releases, Error> {
        Releases::opened(given, |address, all| Session::to_write(address, all, needed))
    }

    fn opened(given: PathBuf, open: impl FnOnce(&Address, &Path) -> Result<Session, Error>) -> Result<Releases, Error> {
        let address = match Place::of(&given)? {
            Place::Folder(folder) => {
                return Ok(Releases { folder, session: None });
            }
            Place::Store(address) => address,
        };
        log::set_up_for_stores();
        let session = open(&address, &remote::working_copies()?)?;
        Ok(Releases {
            folder: session.output().to_owned(),
            session: Some(Arc::new(session)),
        })
    }

    /// Fetches the release that a word means, where it is in a store. A word that means none is told by whoever reads it.
    pub(super) fn fetch(&self, word: &str) -> Result<(), Error> {
        let Some(session) = &self.session else { return Ok(()) };
        if matches!(word, "withheld" | "partial") {
            return session.fetch_set_apart();
        }
        match release::found(&Output::at(&self.folder), word)? {
            Some(found) => session.fetch_release(&found.name),
            None => Ok(()),
        }
    }

    /// Sends what the command has changed.
    pub(super) fn send(&self) -> Result<(), Error> {
        self.session.as_ref().map_or(Ok(()), |session| session.send())
    }
}

/// The submissions in a store that a job needs, by their paths.
pub(super) fn inputs(address: &Address, is_needed: &dyn Fn(&str) -> bool) -> Result<Inputs, Error> {
    Inputs::fetch(address, &remote::working_copies()?, is_needed)
}

/// The results that runs keep in a store.
pub(super) fn results(address: &Address) -> Result<Results, Error> {
    Results::open(address, &remote::working_copies()?)
}

/// Waits while another command fetches into the same working copy.
fn patient<T>(mut open: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    let clock = Instant::now();
    loop {
        match open() {
            Err(Error::Lake(lake::Error::Locked { .. })) if clock.elapsed() < WAITED => {
                std::thread::sleep(Duration::from_millis(200));
            }
            done => return done,
        }
    }
}

/// Tells what failed; the exit code.
pub(super) fn fail(error: &Error) -> Exit {
    let hint = hint(error).map(|(zh, en)| told(zh, en));
    match (default_lang(), chinese(error)) {
        (Lang::Zh, Some(message)) => complain_of(&message, std::error::Error::source(error), hint),
        _ => complain(error, hint),
    }
    exit_after(error)
}

pub(super) fn exit_after(error: &Error) -> Exit {
    match error {
        Error::NoAddress { .. } | Error::NearAddress { .. } | Error::Nothing { .. } => Exit::Usage,
        Error::Locked { .. } | Error::Overtaken { .. } | Error::Lake(lake::Error::Locked { .. }) => Exit::Locked,
        _ => Exit::Machine,
    }
}

/// What to do, in Chinese and English.
pub(super) fn hint(error: &Error) -> Option<(&'static str, &'static str)> {
    Some(match error {
        Error::NoAddress { .. } | Error::NearAddress { .. } => (
            "地址形如 s3://bucket/文件夹、gs://bucket/文件夹、az://container/文件夹；密钥与服务地址由环境变量给出",
            "an address is like s3://bucket/folder, gs://bucket/folder or az://container/folder; keys and endpoints come from the environment",
        ),
        Error::Nothing { .. } => (
            "请检查 --input 或 pipeline.toml 的 input 中的地址",
            "check the address given as --input, or as `input` in pipeline.toml",
        ),
        Error::NoCache => (
            "请设置 HUIZONG_CACHE_DIR：放置工作副本的文件夹",
            "set HUIZONG_CACHE_DIR to a folder for working copies",
        ),
        Error::Request { source, .. } if source.lacks_authorities() => (
            "请安装系统的根证书（Debian、Ubuntu：apt install ca-certificates），或用 SSL_CERT_FILE 指明证书文件",
            "install the root certificates of the system (on Debian and Ubuntu: apt install ca-certificates), or name a file of them in SSL_CERT_FILE",
        ),
        Error::Request { source, .. } if source.lacks_credentials() => (
            "请设置 AWS_ACCESS_KEY_ID 与 AWS_SECRET_ACCESS_KEY，或给这台机器一个角色",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role",
        ),
        Error::Request {
            action: "remove objects of",
            ..
        } => (
            "请检查网络，以及密钥是否有删除对象的权限（如 s3:DeleteObject），然后再次运行",
            "check the network and that the key may delete objects (s3:DeleteObject), and run again",
        ),
        Error::Request { .. } => (
            "请检查网络、地址与密钥的环境变量（如 AWS_ENDPOINT_URL、AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY），然后再次运行；当前版本不变",
            "check the network, the address and the variables with the keys (such as AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), and run again; the current release is as it was",
        ),
        Error::Key { .. } => ("请给该对象改名", "give the object another key"),
        Error::Changed { .. } => (
            "请在没有对象正在写入时再次运行",
            "run again when nobody is writing objects there",
        ),
        Error::Foreign { .. } => (
            "请确认地址是 huizong 的输出位置；若是，移走该对象后再次运行",
            "make sure that the address is an output of huizong; if it is, move the object away and run again",
        ),
        Error::Locked { .. } => (
            "请等它结束；若它已崩溃，锁到期后自动失效",
            "wait for it to end; if it has crashed, the lock ends by itself at that time",
        ),
        Error::Overtaken { .. } => ("请再次运行", "run again"),
        Error::Lost { .. } => (
            "请恢复该版本，或把对象 current 改为 releases/ 之下的另一版本",
            "restore that release, or let the object current name another one below releases/",
        ),
        Error::Lake(_) => return None,
    })
}

/// The error in Chinese; None: as the folder of this machine tells it.
pub(super) fn chinese(error: &Error) -> Option<String> {
    Some(match error {
        Error::NoAddress { .. } => format!("不是对象存储的地址：{}", with_causes(error)),
        Error::NearAddress { given, meant } => format!("{given} 像是对象存储的地址；是否应为 {meant}？"),
        Error::NoCache => "没有放置工作副本的文件夹：HUIZONG_CACHE_DIR、XDG_CACHE_HOME、HOME 都未设置".to_owned(),
        Error::Nothing { address } => format!("{address} 之下没有任何对象"),
        Error::Lost { address } => format!("当前版本不在：缺少 {address}"),
        Error::Request { action, address, .. } => {
            let action = match *action {
                "list" => "列出",
                "read" => "读取",
                "write" => "写入",
                "copy" => "复制",
                "look at" => "查看",
                "remove objects of" => "删除对象：",
                _ => "打开",
            };
            format!("无法{action} {address}")
        }
        Error::Key { address, .. } => format!("对象 {address} 的键不能作为文件路径"),
        Error::Changed { address } => format!("对象 {address} 在复制时被改动"),
        Error::Foreign { address } => format!("{address} 不是 huizong 写入的内容"),
        Error::Locked { address, owner, until } => format!(
            "另一次运行正在写入 {address}：主机 {} 上的进程 {}，始于 {}；若不再续期，锁于 {until} 失效",
            owner.host, owner.pid, owner.started
        ),
        Error::Overtaken { address } => format!("本次运行开始后，另一次运行接管了 {address}；未发布任何内容"),
        Error::Lake(_) => return None,
    })
}
