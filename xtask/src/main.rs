//! Builds, serves, tests and checks Postil: `cargo xtask <command>`.

mod bench;
mod browser;
mod dist;
mod options;
mod pictures;
mod process;
mod serve;
mod size;
mod soak;
mod step;
mod test;
mod tidy;
mod tools;
mod wasm;
mod workspace;

use anyhow::{Result, bail};

/// One thing `cargo xtask` can do.
struct Command {
    name: &'static str,
    options: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        options: "[--port 7171] [--data DIR] [--dev]",
        help: "build everything and serve the site with its relay on 127.0.0.1",
        run: serve::run,
    },
    Command {
        name: "dist",
        options: "[--dev]",
        help: "write the static site to dist/site and the npm package to dist/npm",
        run: dist::run,
    },
    Command {
        name: "test",
        options: "[SUITE…]",
        help: "install what the tests need and run all of them, or the suites named: fmt, tidy, clippy, unit, servers, element, wasm, e2e, size",
        run: test::run,
    },
    Command {
        name: "soak",
        options: "",
        help: "kill relay servers and NATS servers for minutes, and see that nothing is lost",
        run: soak::run,
    },
    Command {
        name: "tidy",
        options: "",
        help: "check the rules of the code base that no compiler checks",
        run: tidy::run,
    },
    Command {
        name: "size",
        options: "",
        help: "print how many bytes the page loads, and check the limit",
        run: size::run,
    },
    Command {
        name: "bench",
        options: "[native] [pages] [page] [relay] [--only MEASURES] [--runs N]",
        help: "run the benchmarks: native, in a browser, and load on a relay server beside others; of the pages only some measures: sizes,load,memory,typing,scrolling,merging,anchors,page",
        run: bench::run,
    },
    Command {
        name: "pictures",
        options: "",
        help: "make docs/images from the running page, and pictures to look at in target/pictures",
        run: pictures::run,
    },
];

fn main() {
    if let Err(error) = dispatch() {
        eprintln!("\nerror: {error:#}");
        std::process::exit(1);
    }
}

fn dispatch() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", usage());
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", usage());
        return Ok(());
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => bail!("there is no command `{name}`\n\n{}", usage()),
    }
}

fn usage() -> String {
    let mut text = String::from("cargo xtask <command>\n\n");
    for command in COMMANDS {
        text.push_str(&format!(
            "  {} {}\n      {}\n",
            command.name, command.options, command.help
        ));
    }
    text
}
