use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::{finished, is_root, package, text};
use crate::support::{program, root, said, shout};

/// A folder that looks to dpkg like a machine on which nothing is installed.
fn machine() -> tempfile::TempDir {
    let machine = tempfile::tempdir().unwrap();
    let at = machine.path();
    for folder in [
        "etc",
        "var/lib/dpkg/info",
        "var/lib/dpkg/updates",
        "var/lib/dpkg/triggers",
    ] {
        fs::create_dir_all(at.join(folder)).unwrap();
    }
    fs::write(at.join("var/lib/dpkg/status"), "").unwrap();
    fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
    machine
}

/// dpkg on that machine: its scripts are run here, and told where it is.
fn dpkg(machine: &Path) -> Command {
    let mut command = Command::new("dpkg");
    command.arg(format!("--root={}", machine.display())).args([
        "--force-not-root",
        "--force-script-chrootless",
        "--force-depends",
    ]);
    command
}

#[test]
fn the_debian_package_has_the_units_the_program_and_its_pages() {
    if program("", "dpkg-deb").is_none() {
        return shout("no Debian package was looked into: dpkg-deb is not installed here");
    }
    let machine = tempfile::tempdir().unwrap();
    finished(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(package(".deb"))
            .arg(machine.path()),
    );
    let at = |path: &str| machine.path().join(path);
    for unit in ["huizong@.service", "huizong@.timer", "huizong-failed@.service"] {
        let packed = fs::read_to_string(at("usr/lib/systemd/system").join(unit)).unwrap();
        let kept = fs::read_to_string(root().join("packaging/systemd").join(unit)).unwrap();
        assert_eq!(packed, kept, "{unit}");
        // systemd looks for a name without a path in the folders of programs.
        let program = packed.lines().find_map(|line| line.strip_prefix("ExecStart="));
        if let Some(command) = program {
            let name = command.split(' ').next().unwrap();
            let mode = fs::metadata(at("usr/bin").join(name)).unwrap().mode();
            assert_eq!(mode & 0o111, 0o111, "{name} is executable");
        }
    }
    for path in [
        "usr/share/man/man1/huizong.1.gz",
        "usr/share/man/man1/huizong-run.1.gz",
        "usr/share/bash-completion/completions/huizong",
        "usr/share/doc/huizong/copyright",
        "usr/share/doc/huizong/THIRD-PARTY.txt",
    ] {
        assert!(at(path).is_file(), "{path}");
    }
    let control = finished(Command::new("dpkg-deb").arg("--field").arg(package(".deb")));
    assert!(
        control.contains(&format!("Version: {}-1", env!("CARGO_PKG_VERSION"))),
        "{control}"
    );
    assert!(control.contains("libc6 (>= 2."), "{control}");
    assert!(
        control.contains("ca-certificates"),
        "a store is asked over TLS: {control}"
    );
    let prerm = finished(Command::new("dpkg-deb").arg("--info").arg(package(".deb")).arg("prerm"));
    assert!(prerm.contains("systemctl stop 'huizong@*.timer'"), "{prerm}");
    assert_eq!(
        finished(Command::new(at("usr/bin/huizong")).arg("--version")),
        format!("huizong {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_debian_package_makes_a_user_who_can_write_releases_alone() {
    if !is_root()
        || ["dpkg", "systemd-sysusers", "systemd-tmpfiles"]
            .iter()
            .any(|name| program("", name).is_none())
    {
        return shout("no Debian package was installed: that takes root, dpkg and systemd");
    }
    let machine = machine();
    let at = |path: &str| machine.path().join(path);
    finished(dpkg(machine.path()).arg("--install").arg(package(".deb")));
    let users = fs::read_to_string(at("etc/passwd")).unwrap();
    let user: Vec<&str> = users
        .lines()
        .find(|line| line.starts_with("huizong:"))
        .unwrap()
        .split(':')
        .collect();
    let (uid, gid): (u32, u32) = (user[2].parse().unwrap(), user[3].parse().unwrap());
    assert_eq!((user[5], user[6]), ("/srv/huizong", "/usr/sbin/nologin"));
    let owner = |path: &str| fs::metadata(at(path)).unwrap().uid();
    assert_eq!(owner("srv/huizong/output"), uid);
    assert_eq!((owner("srv/huizong"), owner("srv/huizong/pipelines")), (0, 0));

    let within = |uid: u32, arguments: &[&str]| {
        let mut command = Command::new(at("usr/bin/huizong"));
        command
            .uid(uid)
            .gid(gid)
            .env("LC_ALL", "C")
            .current_dir(at("srv/huizong"))
            .args(arguments);
        command
    };
    finished(&mut within(0, &["init", "pipelines/demo"]));
    let refused = within(uid, &["run", "pipelines/demo"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    finished(&mut within(uid, &["run", "pipelines/demo", "--output", "output"]));
    assert!(at("srv/huizong/output/current/report.html").is_file());

    // What was published outlasts the program.
    finished(dpkg(machine.path()).args(["--purge", "huizong"]));
    assert!(!at("usr/bin/huizong").exists());
    assert!(at("srv/huizong/output/current/report.html").is_file());
    let left = dpkg(machine.path()).args(["--list", "huizong"]).output().unwrap();
    assert!(
        !left.status.success() || text(&left).contains("\nun "),
        "{}",
        said(&left)
    );
}
