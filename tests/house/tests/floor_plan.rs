//! The rules of the house, held against this workspace, and against houses that break them.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its input has failed"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use lifeos_house::{Breach, Dependency, Kind, Workspace, floor_plan, foreign_imports, unsafe_code};

fn this_workspace() -> Workspace {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Workspace::from_json(&String::from_utf8(output.stdout).unwrap()).unwrap()
}

/// This workspace, with one more dependency than it has.
fn doctored(from: &str, to: &str, kind: Kind) -> Workspace {
    let mut workspace = this_workspace();
    let package = workspace
        .packages
        .iter_mut()
        .find(|p| p.name == from)
        .unwrap();
    package.dependencies.push(Dependency {
        name: to.to_owned(),
        kind,
    });
    workspace
}

fn reaches(breaches: &[Breach], from: &str, to: &str) -> bool {
    breaches.iter().any(|breach| match breach {
        Breach::Reach { chain } => chain.first().unwrap() == from && chain.last().unwrap() == to,
        _ => false,
    })
}

fn in_words<T: std::fmt::Display>(findings: &[T]) -> String {
    findings
        .iter()
        .map(|finding| format!("\n  {finding}"))
        .collect()
}

#[test]
fn the_house_is_in_order() {
    let breaches = floor_plan(&this_workspace());
    assert!(breaches.is_empty(), "{}", in_words(&breaches));
}

#[test]
fn every_crate_forbids_unsafe_code() {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let breaches = unsafe_code(&this_workspace(), read);
    assert!(breaches.is_empty(), "{}", in_words(&breaches));
}

#[test]
fn a_server_that_could_read_a_life_is_refused() {
    for forbidden in [
        "lifeos-kernel",
        "lifeos-life",
        "lifeos-tasks",
        "lifeos-profile",
        "lifeos-household",
        "lifeos-crypto",
        "lifeos-replica",
        "lifeos-replica-native",
        "lifeos-exchange",
    ] {
        for from in ["lifeos-server", "lifeos-store"] {
            let breaches = floor_plan(&doctored(from, forbidden, Kind::Normal));
            assert!(
                reaches(&breaches, from, forbidden),
                "{from} -> {forbidden} was let through"
            );
        }
    }
}

#[test]
fn a_server_that_reads_a_life_through_another_crate_is_refused() {
    let breaches = floor_plan(&doctored("lifeos-protocol", "lifeos-crypto", Kind::Normal));
    assert!(
        reaches(&breaches, "lifeos-server", "lifeos-crypto"),
        "{}",
        in_words(&breaches)
    );
    assert!(
        reaches(&breaches, "lifeos-store", "lifeos-crypto"),
        "{}",
        in_words(&breaches)
    );
}

#[test]
fn a_build_script_is_no_way_around() {
    let breaches = floor_plan(&doctored("lifeos-server", "lifeos-life", Kind::Build));
    assert!(
        reaches(&breaches, "lifeos-server", "lifeos-life"),
        "{}",
        in_words(&breaches)
    );
}

#[test]
fn tests_may_use_what_the_crate_may_not() {
    let breaches = floor_plan(&doctored(
        "lifeos-server",
        "lifeos-replica-native",
        Kind::Dev,
    ));
    assert!(breaches.is_empty(), "{}", in_words(&breaches));
}

#[test]
fn the_kernel_knows_nobody_and_a_domain_only_the_kernel() {
    for (from, to) in [
        ("lifeos-kernel", "lifeos-protocol"),
        ("lifeos-protocol", "lifeos-kernel"),
        ("lifeos-tasks", "lifeos-profile"),
        ("lifeos-household", "lifeos-profile"),
        ("lifeos-tasks", "lifeos-protocol"),
        ("lifeos-crypto", "lifeos-kernel"),
        ("lifeos-replica", "lifeos-store"),
        ("lifeos-wasm", "lifeos-server"),
        ("lifeos-wasm-exchange", "lifeos-replica"),
        ("lifeos-wasm-exchange", "lifeos-crypto"),
        ("lifeos-exchange", "lifeos-crypto"),
    ] {
        let breaches = floor_plan(&doctored(from, to, Kind::Normal));
        assert!(
            reaches(&breaches, from, to),
            "{from} -> {to} was let through"
        );
    }
}

#[test]
fn nothing_links_the_appliance_or_the_testkit() {
    for (from, to) in [
        ("lifeos-server", "lifeos"),
        ("lifeos-testkit", "lifeos"),
        ("lifeos", "lifeos-testkit"),
        ("lifeos-replica", "lifeos-house"),
    ] {
        let breach = Breach::Forbidden {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let breaches = floor_plan(&doctored(from, to, Kind::Normal));
        assert!(breaches.contains(&breach), "{from} -> {to} was let through");
    }
}

#[test]
fn the_testkit_may_know_everyone() {
    for to in ["lifeos-server", "lifeos-replica-native"] {
        let breaches = floor_plan(&doctored("lifeos-testkit", to, Kind::Normal));
        assert!(breaches.is_empty(), "{}", in_words(&breaches));
    }
}

#[test]
fn a_pure_crate_that_opens_sockets_is_refused() {
    let breaches = floor_plan(&doctored("lifeos-replica", "tokio", Kind::Normal));
    let breach = Breach::InputOutput {
        from: "lifeos-replica".to_owned(),
        library: "tokio".to_owned(),
    };
    assert_eq!(breaches, [breach]);
}

#[test]
fn a_crate_in_a_folder_of_another_name_is_refused() {
    let mut workspace = this_workspace();
    let root = workspace.workspace_root.clone();
    let kernel = workspace
        .packages
        .iter_mut()
        .find(|p| p.name == "lifeos-kernel")
        .unwrap();
    kernel.manifest_path = root.join("crates/core/Cargo.toml");
    let breaches = floor_plan(&workspace);
    let folder = PathBuf::from("crates/core");
    let name = "lifeos-kernel".to_owned();
    assert!(breaches.contains(&Breach::FolderName {
        name: name.clone(),
        folder: folder.clone()
    }));
    assert!(breaches.contains(&Breach::UnknownPlace { name, folder }));
}

#[test]
fn a_crate_that_only_denies_unsafe_code_is_refused() {
    let workspace = this_workspace();
    let roots = workspace
        .packages
        .iter()
        .flat_map(|p| &p.targets)
        .filter(|t| {
            t.kind
                .iter()
                .any(|k| k == "bin" || k == "lib" || k == "cdylib")
        })
        .count();
    let breaches = unsafe_code(&workspace, |_| "#![deny(unsafe_code)]\n".to_owned());
    assert_eq!(breaches.len(), roots);
}

#[test]
fn a_domains_screens_import_only_the_core_and_the_design() {
    let domains = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/domains");
    let mut foreign = Vec::new();
    for domain in std::fs::read_dir(domains).unwrap() {
        let domain = domain.unwrap();
        let name = domain.file_name().to_string_lossy().into_owned();
        for (depth, path) in screens(&domain.path().join("ui"), 0) {
            let source = std::fs::read_to_string(path).unwrap();
            foreign.extend(foreign_imports(&name, depth, &source));
        }
    }
    assert!(foreign.is_empty(), "{}", in_words(&foreign));
}

#[test]
fn a_screen_that_looks_into_another_domain_is_refused() {
    let source = r#"
        import { useQuery } from "@lifeos/core";
        import { Button } from "@lifeos/design/button";
        import { Row } from "../Row";
        import type { Habit } from "../../../habits/ui/Habit";
        import "@lifeos/habits";
        export { Shell } from '@lifeos/shell';
        const later = () => import("../../../../appliance/web/shell/Frame");
    "#;
    let modules: Vec<String> = foreign_imports("tasks", 1, source)
        .into_iter()
        .map(|found| found.module)
        .collect();
    assert_eq!(
        modules,
        [
            "../../../habits/ui/Habit",
            "@lifeos/shell",
            "@lifeos/habits",
            "../../../../appliance/web/shell/Frame",
        ]
    );
}

/// Every TypeScript file below a folder, with how many folders it lies beneath it.
fn screens(folder: &Path, depth: usize) -> Vec<(usize, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new(); // a domain without screens
    };
    entries
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return screens(&path, depth + 1);
            }
            let screen = path.extension().is_some_and(|e| e == "ts" || e == "tsx");
            screen.then_some((depth, path)).into_iter().collect()
        })
        .collect()
}
