use fastrand::Rng;
use std::{
    fmt::Write as _,
    io::{self, Write},
};

/// Makes things up: the same from the same seed.
pub struct Author {
    pub random: Rng,
    language: &'static Language,
    /// Milliseconds since 1970.
    now: u64,
}

struct Language {
    words: &'static str,
    /// Between words, and at the end of a sentence.
    space: &'static str,
    stop: &'static str,
}

/// English first: half of all conversations are in it.
const LANGUAGES: [Language; 7] = [
    Language {
        words: "the of and to in that is was for it with as on be at by this had not are but from or have they which one you were her \
            all she there would their we him been has when who will more if out so said what up its about into than them can only other \
            new some could time these two may then do first any my now such like our over man me even most made after also did many \
            before must through back years where much your way well down should because each just those people mister how too little \
            state good very make world still own see men work long get here between both life being under never day same another know \
            while last might us great old year off come since against go came right used take three themselves few house use during \
            without again place American around however home small found thought went say part once general high upon school every \
            function async latency therefore consider approach database configure “quoted” it’s don’t — performance",
        space: " ",
        stop: ". ",
    },
    Language {
        words: "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie \
            nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein \
            wurde sei Prozent hatte kann gegen vom können schon wenn habe seine Mark ihre dann unter wir soll ich eines Jahr zwei \
            Jahren diese dieser wieder keine Uhr seiner worden will zwischen immer Millionen was sagte größer Straße schließlich müssen",
        space: " ",
        stop: ". ",
    },
    Language {
        words: "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой как вы год от для мочь человек такой \
            время первый ещё только другой день жизнь рука тогда думать большой новый вопрос работа система данные функция запрос \
            ответ потому сначала необходимо использовать значение памяти проверить результат",
        space: " ",
        stop: ". ",
    },
    Language {
        words: "的 是 不 我们 在 人 有 这个 他 中文 来 上 大 为了 和 国家 地方 到 以及 说 时间 要求 就 出现 会 可以 你 对话 生活 能够 而且 孩子 那么 \
            得到 于是 着重 下面 自己 之后 年代 过程 发现 后来 作为 里面 用户 数据 模型 函数 参数 计算 程序 问题 解决 方法 需要 首先 其次 最后 因此",
        space: "",
        stop: "。",
    },
    Language {
        words: "これ は です の に を が と で し た も な か ない から まで ある こと もの 私 たち 時間 問題 方法 データ 関数 プログラム ユーザー \
            しかし また 例えば について という できます ください 必要 場合 実行 確認 設定 結果 今日 明日 世界 言葉 新しい 大きな 使う 考える",
        space: "",
        stop: "。",
    },
    Language {
        words: "في من على إلى أن هذا التي الذي عن مع كان هذه ما لا هو بعد كل قبل حتى إذا بين أو لكن يمكن يجب البيانات النظام الوقت الناس \
            العمل العالم السؤال الجواب المثال الطريقة اللغة العربية الكتاب المدينة اليوم الأول الجديد الكبير نستخدم نفهم نكتب",
        space: " ",
        stop: ". ",
    },
    Language {
        words: "el la de que y a en un ser se no haber por con su para como estar tener le lo todo pero más hacer o poder decir este ir \
            otro ese si me ya ver porque dar cuando él muy sin vez mucho saber qué sobre mi alguno mismo yo también hasta año dos \
            querer entre así primero desde grande eso ni nos llegar pasar tiempo ella sí día uno bien poco deber 😀 🚀 👩‍💻 ✅ ¿cómo? función",
        space: " ",
        stop: ". ",
    },
];

const CODE: [&str; 8] = [
    "fn main() {\n    let text = \"a \\\"quoted\\\" word\";\n    println!(\"{}\\n\", text);\n}\n",
    "def normalise(path: str) -> str:\n\treturn re.sub(r\"\\\\+\", \"/\", path.strip(\"\\\"'\"))\n",
    "const table = rows.map((row) => `<td class=\"${row.kind}\">${escape(row.text)}</td>`).join(\"\\n\");\n",
    "SELECT \"name\", COUNT(*) FROM \"users\" WHERE \"path\" LIKE 'C:\\\\Users\\\\%' GROUP BY 1;\n",
    "{\n  \"name\": \"example\",\n  \"scripts\": { \"build\": \"tsc -p .\\\\tsconfig.json\" }\n}\n",
    "for file in *.log; do\n\tgrep -E \"^\\[(ERROR|WARN)\\]\" \"$file\" | sed 's/\\t/ /g' >> \"out/$(basename \"$file\")\"\ndone\n",
    "if (value === null || typeof value !== \"object\") {\n    throw new TypeError(\"expected \\\"object\\\"\");\n}\n",
    "#include <stdio.h>\nint main(void) { printf(\"%s\\t%d\\n\", \"count\", 42); return 0; }\n",
];

impl Author {
    pub fn new(seed: u64) -> Author {
        Author { random: Rng::with_seed(seed), language: &LANGUAGES[0], now: 1_672_531_200_000 }
    }

    /// Begins a conversation: its language, and a time after the last.
    pub fn begin(&mut self) {
        let choice = self.random.usize(0..2 * (LANGUAGES.len() - 1));
        self.language = LANGUAGES.get(choice + 1).unwrap_or(&LANGUAGES[0]);
        self.now += self.random.u64(1_000..7_200_000);
        if self.now > 1_790_000_000_000 {
            self.now = 1_672_531_200_000;
        }
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.random.u32(0..100) < percent
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.random.usize(0..choices.len())]
    }

    /// A moment after the last, in milliseconds since 1970.
    pub fn time(&mut self) -> u64 {
        self.now += self.random.u64(500..60_000);
        self.now
    }

    /// The same in seconds with microseconds, as ChatGPT writes it.
    pub fn seconds(&mut self) -> f64 {
        self.time() as f64 / 1000.0 + self.random.f64() / 1000.0
    }

    pub fn id(&mut self) -> String {
        let [high, low] = [self.random.u64(..), self.random.u64(..)];
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            high & 0xffff,
            low >> 52,
            (low >> 40) & 0xfff,
            low & 0xffff_ffff_ffff
        )
    }

    pub fn hexadecimal(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from_digit(self.random.u32(0..16), 16).unwrap_or('0')).collect()
    }

    /// Words without a stop.
    pub fn words(&mut self, count: usize) -> String {
        // The lists are short; to split them each time costs less than the rest of the work.
        let words: Vec<&str> = self.language.words.split_ascii_whitespace().collect();
        let mut text = String::new();
        for number in 0..count {
            if number > 0 {
                text.push_str(self.language.space);
            }
            text.push_str(words[self.random.usize(0..words.len())]);
        }
        text
    }

    /// What a person writes: some short, a few with much that was pasted.
    pub fn question(&mut self) -> String {
        let sentences = if self.chance(8) { self.random.usize(15..60) } else { self.random.usize(1..5) };
        self.prose(sentences)
    }

    /// Sentences.
    pub fn prose(&mut self, sentences: usize) -> String {
        let mut text = String::new();
        for _ in 0..sentences {
            let count = self.random.usize(5..18);
            text.push_str(&self.words(count));
            text.push_str(self.language.stop);
        }
        text
    }

    /// What a model writes: markdown with headings, lists and code.
    pub fn answer(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.random.usize(2..10) {
            match self.random.u32(0..10) {
                0 => {
                    let heading = self.words(4);
                    // Writing into a string cannot fail.
                    let _ = write!(text, "## {heading}\n\n");
                }
                1 | 2 => {
                    for number in 1..self.random.usize(3..8) {
                        let (name, rest) = (self.words(2), self.prose(1));
                        let _ = writeln!(text, "{number}. **{name}**: {rest}");
                    }
                    text.push('\n');
                }
                3 | 4 => {
                    text.push_str("```python\n");
                    text.push_str(&self.code());
                    text.push_str("```\n\n");
                }
                _ => {
                    let sentences = self.random.usize(2..7);
                    text.push_str(&self.prose(sentences));
                    text.push_str("\n\n");
                }
            }
        }
        text
    }

    pub fn code(&mut self) -> String {
        let mut code = String::new();
        for _ in 0..self.random.usize(1..6) {
            code.push_str(self.pick(&CODE));
        }
        code
    }

    pub fn address(&mut self) -> String {
        let (host, path) = (self.hexadecimal(8), self.hexadecimal(16));
        format!("https://www.{host}.example/articles/{path}?utm_source=chatgpt.com")
    }

    /// Bytes that cannot be packed any smaller.
    pub fn noise(&mut self, output: &mut impl Write, mut length: u64) -> io::Result<()> {
        let mut piece = vec![0; 64 * 1024];
        while length > 0 {
            self.random.fill(&mut piece);
            let count = length.min(piece.len() as u64);
            output.write_all(&piece[..count as usize])?;
            length -= count;
        }
        Ok(())
    }
}

/// A moment as Claude and Google write it: `2026-01-31T12:00:00.123000Z`.
pub fn date_time(milliseconds: u64) -> String {
    let time = aios_model::Timestamp::from_milliseconds(milliseconds.cast_signed()).to_string();
    time.replace('Z', "000Z")
}
