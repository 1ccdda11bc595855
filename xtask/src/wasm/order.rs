//! The order of a module's functions. Compression says again what it has seen, the cheaper the nearer it is, so
//! functions that are alike are put side by side.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::Result;
use wasm_encoder::{NameMap, NameSection, Section as _};
use wasmparser::{Parser, Payload, TypeRef};

use super::bisection;

/// What is compared of functions: so many bytes of their code in a row.
const LENGTH: usize = 4;

/// The module with a name for each function. In the order of their names, functions that are alike are together
/// (`wasm-opt --reorder-functions-by-name`).
pub(super) fn named(module: &[u8]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut bodies: Vec<Range<usize>> = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            _ => {}
        }
    }
    let order = order(bodies.into_iter().filter_map(|range| module.get(range)));
    let mut places: Vec<(usize, usize)> = order.into_iter().zip(0..).collect();
    places.sort_unstable();
    let mut functions = NameMap::new();
    for (function, (_, place)) in (imported..).zip(places) {
        functions.append(function, &format!("{place:06}"));
    }
    let mut names = NameSection::new();
    names.functions(&functions);
    let mut named = module.to_vec();
    names.append_to(&mut named);
    Ok(named)
}

/// The order of functions, by their code.
fn order<'a>(bodies: impl Iterator<Item = &'a [u8]>) -> Vec<usize> {
    let mut terms: HashMap<&[u8], usize> = HashMap::new();
    let documents: Vec<Vec<usize>> = bodies
        .map(|body| {
            let mut document: Vec<usize> = body
                .windows(LENGTH)
                .map(|bytes| {
                    let next = terms.len();
                    *terms.entry(bytes).or_insert(next)
                })
                .collect();
            document.sort_unstable();
            document.dedup();
            document
        })
        .collect();
    bisection::arrange(documents)
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{CodeSection, Function, FunctionSection, Module, TypeSection};

    use super::*;

    /// A module with functions that do nothing but push these numbers and drop them.
    fn module(functions: &[&[i32]]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let (mut declared, mut codes) = (FunctionSection::new(), CodeSection::new());
        for numbers in functions {
            declared.function(0);
            let mut function = Function::new([]);
            for number in *numbers {
                function.instructions().i32_const(*number).drop();
            }
            function.instructions().end();
            codes.function(&function);
        }
        let mut module = Module::new();
        module.section(&types).section(&declared).section(&codes);
        module.finish()
    }

    /// The names of the functions, in the order in which they stand in the module.
    fn names(module: &[u8]) -> Vec<String> {
        let sections = Parser::new(0).parse_all(module).map(Result::unwrap);
        let name = sections.filter_map(|payload| match payload {
            Payload::CustomSection(section) => match section.as_known() {
                wasmparser::KnownCustom::Name(names) => Some(names),
                _ => None,
            },
            _ => None,
        });
        let wasmparser::Name::Function(functions) = name.flatten().next().unwrap().unwrap() else {
            panic!("there are no names of functions");
        };
        functions
            .into_iter()
            .map(|it| it.unwrap().name.to_owned())
            .collect()
    }

    #[test]
    fn functions_that_are_alike_come_together() {
        let (small, large): (Vec<i32>, Vec<i32>) = ((0..40).collect(), (5000..5040).collect());
        let module = module(&[
            &small,
            &large,
            &small[1..],
            &large[1..],
            &small[2..],
            &large[2..],
        ]);
        let named = named(&module).unwrap();
        assert!(named.starts_with(&module), "all else is as it was");
        let names = names(&named);
        let is_first = |name: &String| name.as_str() < "000003";
        let halves: Vec<bool> = names.iter().map(is_first).collect();
        let expected = [true, false, true, false, true, false];
        assert!(
            halves == expected || halves == expected.map(|it| !it),
            "{names:?}"
        );
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            ["000000", "000001", "000002", "000003", "000004", "000005"]
        );
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(named(b"no module").is_err());
        assert!(named(&module(&[])).is_ok());
    }
}
