//! An object store on loopback, which ends with the tests.

use std::sync::LazyLock;

use crate::support::{Started, started};

/// A server, and its port.
pub struct Server {
    pub port: u16,
    _dir: tempfile::TempDir,
    _child: Started,
}

/// SeaweedFS: conditional writes hold under races.
pub fn seaweedfs() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start("seaweedfs"));
    &SERVER
}

/// moto, which imitates Amazon S3.
pub fn moto() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start("moto"));
    &SERVER
}

impl Server {
    fn start(kind: &str) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_str().unwrap();
        let (child, port) = started("tests/setup/store_server.py", &[kind, folder]);
        Server {
            port,
            _dir: dir,
            _child: child,
        }
    }
}
