//! The list of hostile inputs of the browser tests.

use crate::page;
use aios_markdown::{Options, Stream, Update, blocks, plain_text, render};

const INPUTS: &str = include_str!("../../../../end2end/fixtures/hostile_inputs.json");

#[test]
fn each_hostile_input_stays_text_wherever_it_stands_and_however_it_comes() {
    let inputs: Vec<String> = serde_json::from_str(INPUTS).unwrap();
    assert!(inputs.len() >= 300);
    for input in &inputs {
        for (before, after) in
            [("", ""), ("> ", ""), ("- ", ""), ("| a |\n|---|\n| ", " |"), ("**", "**"), ("[", "](/x)"), ("```\n", "")]
        {
            let text = [before, input, after].concat();
            page::check(&render(&text), &text);
        }
        assert!(plain_text(input, 80).chars().count() <= 80);
        let mut stream = Stream::new(Options::default());
        let mut streamed = Vec::new();
        for character in input.chars() {
            streamed.extend(stream.push(character.encode_utf8(&mut [0; 4])).finished);
        }
        let Update { finished, revised, .. } = stream.finish();
        streamed.extend(finished);
        for (block, html) in revised {
            streamed[block] = html;
        }
        assert_eq!(streamed, blocks(input, Options::default()), "{input:?}");
    }
    page::check(&render(&inputs.join("\n\n")), "all of them");
}
