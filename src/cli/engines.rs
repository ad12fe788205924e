//! How it is told that an engine beside huizong did not sum.

use crate::run::EngineError as Error;

/// What to do, in Chinese and English.
pub(super) fn hint(error: &Error) -> (&'static str, &'static str) {
    match error {
        Error::NoPython { .. } => (
            "请安装 Python 3.10 或更高版本，或用环境变量 HUIZONG_PYTHON 指明解释器；也可删去 pipeline.toml 的 [engine]，改用内置引擎",
            "install Python 3.10 or later, or name an interpreter in HUIZONG_PYTHON; without [engine] in pipeline.toml the embedded engine sums",
        ),
        Error::NoPackage { .. } => (
            "请用该解释器的 pip 安装（各引擎所需见 docs/engines.md），或用环境变量 HUIZONG_PYTHON 指明已装有它的解释器",
            "install it with the pip of that interpreter (docs/engines.md lists what each engine needs), or name another one in HUIZONG_PYTHON",
        ),
        Error::Unnamed { .. } => (
            "请用 --output 给出路径中没有 [ ] { } * ? % \\ 的文件夹",
            "choose an --output whose path has none of [ ] { } * ? % \\",
        ),
        Error::Unreachable { .. } => (
            "请检查服务是否运行、[engine] 的地址与环境变量 HUIZONG_ENGINE_TOKEN，然后再次运行；当前版本不变",
            "check that the server runs, the address in [engine] and HUIZONG_ENGINE_TOKEN, and run again; the current release is as it was",
        ),
        Error::Refused { .. } => (
            "引擎须能以同一绝对路径读取输出文件夹，且为 docs/engines.md 所列版本；当前版本不变",
            "the engine must see the output folder under the same absolute path, and be of a version that docs/engines.md lists; the current release is as it was",
        ),
        Error::Unread { .. } | Error::Wrong { .. } => (
            "引擎没有读到全部文件，或算法不同：请删去 [engine] 改用内置引擎，并报告引擎的版本；当前版本不变",
            "the engine has not read all files, or calculates in another way: remove [engine], and report the version of the engine; the current release is as it was",
        ),
        Error::Late { .. } => (
            "请查看引擎的日志，或在 [engine] 中增大 minutes；当前版本不变",
            "look into the log of the engine, or set more `minutes` in [engine]; the current release is as it was",
        ),
        Error::Ended { .. } => (
            "请检查环境变量 HUIZONG_PYTHON 所指的解释器与其中的软件包；当前版本不变",
            "check the interpreter that HUIZONG_PYTHON names and its packages; the current release is as it was",
        ),
    }
}

/// The message in Chinese; what an engine or its client says stays in its own words.
pub(super) fn chinese(error: &Error) -> String {
    match error {
        Error::NoPython { engine, python, .. } => format!("无法启动 `{python}`，它运行 {engine} 的客户端"),
        Error::NoPackage {
            engine,
            python,
            package,
        } => format!("`{python}` 中没有 {engine} 的客户端软件包 {package}"),
        Error::Unnamed { engine, path } => format!("{engine} 会把路径 {} 当作模式", path.display()),
        Error::Unreachable { engine, reason } => format!("无法连接 {engine}：{reason}"),
        Error::Refused { engine, form, reason } => format!("{engine} 未能汇总表式 `{form}` 的各行：{reason}"),
        Error::Unread { engine, form, .. } => format!("无法读取 {engine} 给出的表式 `{form}` 的合计"),
        Error::Wrong { engine, form, reason } => {
            format!("{engine} 给出的表式 `{form}` 的合计不可能正确：{reason}")
        }
        Error::Late { engine, minutes } => format!("{engine} 在 {minutes} 分钟内没有答复"),
        Error::Ended { engine, reason } => format!("{engine} 的客户端没有答复就结束了：{reason}"),
    }
}
