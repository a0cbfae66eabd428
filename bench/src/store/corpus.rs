//! Texts to store, as people's are: few words are most of a text, most words are rare, and a conversation keeps coming back to its own.

use aios_model::{Conversation, Message, Role, Source, Timestamp};
use fastrand::Rng;

/// Words that a conversation comes back to, and how often in a hundred.
const TOPICS: usize = 15;
const ON_TOPIC: u32 = 12;

/// So many words of a hundred were said in the same text before. Of a hundred words of a turn, about 60 are different then: in the same lengths of
/// the documentation of Rust it is 49, in READMEs 57, and 80 in words that are only drawn.
const SAID_BEFORE: u32 = 28;

/// One conversation has so many turns on average.
pub const TURNS: usize = 10;

/// 2023-01-01, in milliseconds.
const BEGINNING: i64 = 1_672_531_200_000;

/// How words of a language are made, and how many there are.
struct Making {
    words: usize,
    syllables: &'static str,
    /// Between words.
    space: &'static str,
    stop: &'static str,
    /// Of a hundred conversations.
    share: u32,
}

const MAKINGS: [Making; 4] = [
    Making {
        words: 120_000,
        syllables: "a be con de en fi gra ho in jo ka li mo ne or pre qui re sta ti un ver wa xe yo zu ing tion ment ly er est al ous ter \
            cha the sh pro per com ble ness ver dis ex im",
        space: " ",
        stop: ". ",
        share: 72,
    },
    Making {
        words: 30_000,
        syllables: "schlüs ver größ ung heit keit fähr straß be ge zer müs sen über wär lich isch wort bau haus zeit ein aus auf kön chen \
            lei rei tor mann land",
        space: " ",
        stop: ". ",
        share: 10,
    },
    Making {
        words: 30_000,
        syllables: "по на ра ско сть ова ние пре дан сис тем во про ка ли ми ро ста тел ный ель при ход",
        space: " ",
        stop: ". ",
        share: 9,
    },
    Making {
        words: 20_000,
        syllables: "的 是 不 我 在 人 有 这 他 中 文 来 上 大 为 和 国 地 到 说 时 要 就 出 会 可 你 对 生 能 而 子 得 于 着 下 自 之 年 过 发 后 作 里 \
            用 户 数 据 模 型 函 计 算 程 序 问 题 解 决 方 法 需 首 先 其 次 最 因 此 天 空 水 火 木 金 土 山 川 日 月 星 学 校 书 语 言 电 脑 网 络",
        space: "",
        stop: "。",
        share: 9,
    },
];

/// A language with its words, the most common first: the n-th comes 1/(n + 3) times as often.
struct Language {
    words: Vec<String>,
    /// The sums of how often the words up to this one come.
    sums: Vec<f64>,
    making: &'static Making,
}

impl Language {
    fn new(making: &'static Making, random: &mut Rng) -> Language {
        let syllables: Vec<&str> = making.syllables.split_ascii_whitespace().collect();
        let mut seen = std::collections::HashSet::new();
        let (mut words, mut sums, mut sum) = (Vec::new(), Vec::new(), 0.0);
        while words.len() < making.words {
            // Common words are short.
            let most = 2 + words.len().checked_ilog(30).unwrap_or(0) as usize;
            let count = random.usize(1..=most.max(2));
            let mut word: String = (0..count).map(|_| syllables[random.usize(..syllables.len())]).collect();
            if making.share > 50 && words.len() > 1000 && random.u32(0..100) < 8 {
                word = identifier(&word, random);
            }
            if seen.insert(word.clone()) {
                sum += 1.0 / (words.len() as f64 + 3.0);
                words.push(word);
                sums.push(sum);
            }
        }
        Language { words, sums, making }
    }

    fn any(&self, random: &mut Rng) -> usize {
        let at = random.f64() * self.sums[self.sums.len() - 1];
        self.sums.partition_point(|sum| *sum < at).min(self.words.len() - 1)
    }
}

/// A word as a program names something.
fn identifier(word: &str, random: &mut Rng) -> String {
    let middle = word.len() / 2;
    let (first, second) = word.split_at(middle);
    match random.u32(0..3) {
        0 => format!("{first}_{second}"),
        1 => format!("{first}{}{}", second[..1].to_ascii_uppercase(), &second[1..]),
        _ => format!("src/{first}/{second}.rs"),
    }
}

/// Makes conversations.
pub struct Corpus {
    languages: Vec<Language>,
    pub random: Rng,
    made: usize,
    now: i64,
}

impl Corpus {
    pub fn new(seed: u64) -> Corpus {
        let mut random = Rng::with_seed(seed);
        let languages = MAKINGS.iter().map(|making| Language::new(making, &mut random)).collect();
        Corpus { languages, random, made: 0, now: BEGINNING }
    }

    /// Words of the most common language, evenly from the most common to the rarest by the logarithm of their place.
    pub fn common_to_rare(&self, count: usize) -> Vec<&str> {
        let words = &self.languages[0].words;
        let last = (words.len() - 1) as f64;
        let place = |step: usize| last.powf(step as f64 / count.max(2) as f64) as usize;
        (0..count).map(|step| words[place(step)].as_str()).collect()
    }

    /// The next conversation, with this many turns.
    pub fn conversation(&mut self, turns: usize) -> Conversation {
        self.made += 1;
        // A million turns spread over three years, not quite in order, as files of an export are.
        self.now += self.random.i64(0..1_900_000);
        let mut at = self.now + self.random.i64(0..600_000_000);
        let mut draw = self.random.u32(0..100);
        let language = self.languages.iter().find(|language| {
            let found = draw < language.making.share;
            draw = draw.wrapping_sub(language.making.share);
            found
        });
        let language = language.unwrap_or(&self.languages[0]);
        let random = &mut self.random;
        let mut topics = Vec::with_capacity(TOPICS);
        while topics.len() < TOPICS {
            topics.push(random.usize(100..language.words.len()));
        }
        let mut write = |bytes: usize| {
            let mut text = String::with_capacity(bytes + 64);
            let mut sentence = 0;
            let mut said: Vec<usize> = Vec::new();
            while text.len() < bytes {
                let word = match random.u32(0..100) {
                    draw if draw < SAID_BEFORE && !said.is_empty() => said[random.usize(..said.len())],
                    draw if draw >= 100 - ON_TOPIC => topics[random.usize(..TOPICS)],
                    _ => language.any(random),
                };
                said.push(word);
                text.push_str(&language.words[word]);
                sentence += 1;
                let ends = sentence > 6 && random.u32(0..10) == 0;
                text.push_str(if ends { language.making.stop } else { language.making.space });
                sentence = if ends { 0 } else { sentence };
            }
            text
        };
        let mut conversation = Conversation::new(Source::new("chatgpt"), format!("bench-{}", self.made));
        conversation.title = Some(write(30));
        conversation.created = Some(Timestamp::from_milliseconds(at));
        let mut before: Option<String> = None;
        for turn in 0..turns {
            // Short questions, long answers: 1,000 bytes both.
            let lengths = [40 + (turn * 7919) % 260, 200 + (turn * 104_729 + self.made * 31) % 1260];
            for (role, bytes) in [Role::User, Role::Assistant].into_iter().zip(lengths) {
                at += 20_000;
                let id = format!("{}-{turn}-{}", self.made, if role == Role::User { 'q' } else { 'a' });
                let mut message = Message::text(&id, before.as_deref(), role, write(bytes));
                message.created = Some(Timestamp::from_milliseconds(at));
                conversation.messages.push(message);
                before = Some(id);
            }
        }
        conversation.updated = Some(Timestamp::from_milliseconds(at));
        conversation
    }
}
