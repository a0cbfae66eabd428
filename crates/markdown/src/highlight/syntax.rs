//! What is known of languages: a row each, or one for a family that looks alike.

/// How a language is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Code,
    Markup,
    Difference,
}

/// What begins and ends a string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) mark: &'static str,
    /// Otherwise the end of the line ends it too.
    pub(super) spans_lines: bool,
    /// Whether a backslash hides the mark.
    pub(super) escapes: bool,
}

/// What is known of a language.
#[derive(Debug)]
pub(super) struct Syntax {
    pub(super) kind: Kind,
    /// Words between spaces, in lower case if case does not matter.
    pub(super) keywords: &'static str,
    pub(super) ignores_case: bool,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Longer marks before those that they begin with.
    pub(super) quotes: &'static [Quote],
    /// Whether single quotes are around single characters.
    pub(super) has_characters: bool,
    /// What makes a key of a word or string before it.
    pub(super) key_ends: &'static [u8],
    /// What begins a name: `$variable`, `@decorator`.
    pub(super) sigils: &'static [u8],
    /// Whether dashes are part of words.
    pub(super) has_dashes: bool,
    /// Whether words before a bracket, and those with a capital, are names.
    pub(super) has_calls: bool,
}

const fn quote(mark: &'static str, spans_lines: bool, escapes: bool) -> Quote {
    Quote { mark, spans_lines, escapes }
}

const DOUBLE: Quote = quote("\"", false, true);
const SINGLE: Quote = quote("'", false, true);
const DOUBLE_LONG: Quote = quote("\"", true, true);
const SINGLE_LONG: Quote = quote("'", true, true);
const BACKTICK: Quote = quote("`", true, true);

const PLAIN: Syntax = Syntax {
    kind: Kind::Code,
    keywords: "",
    ignores_case: false,
    line_comments: &[],
    block_comment: None,
    quotes: &[],
    has_characters: false,
    key_ends: &[],
    sigils: &[],
    has_dashes: false,
    has_calls: false,
};

/// What the languages that look like C share.
const BRACES: Syntax = Syntax {
    keywords: "auto bool break case catch char class const constexpr continue default delete do double else enum explicit export extern \
               false final finally float for friend goto if import include inline int interface long namespace new null nullptr operator override \
               package private protected public return short signed sizeof static struct super switch template this throw throws true try \
               typedef typename union unsigned using virtual void volatile while abstract async await base boolean byte decimal delegate extends \
               fun func guard implements in init instanceof internal is let lazy object open out readonly record ref sealed self string synchronized \
               trait val var when where with yield",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("\"\"\"", true, true), DOUBLE],
    has_characters: true,
    sigils: b"@#",
    has_calls: true,
    ..PLAIN
};

static C_LIKE: Syntax = BRACES;

static RUST: Syntax = Syntax {
    keywords: "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self \
               Self static struct super trait true type unsafe use where while bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 \
               usize",
    quotes: &[quote("\"", true, true)],
    sigils: &[],
    ..BRACES
};

static GO: Syntax = Syntax {
    keywords: "any bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go goto if import int \
               int32 int64 interface iota map nil package range return rune select string struct switch true type uint uint32 uint64 var",
    quotes: &[DOUBLE, quote("`", true, false)],
    sigils: &[],
    ..BRACES
};

static JAVASCRIPT: Syntax = Syntax {
    keywords: "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends \
               false finally for from function get if implements import in instanceof interface keyof let namespace never new null number of private \
               protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown var void \
               while with yield",
    quotes: &[DOUBLE, SINGLE, BACKTICK],
    has_characters: false,
    sigils: b"@",
    ..BRACES
};

static PHP: Syntax = Syntax {
    keywords: "abstract and array as break case catch class clone const continue declare default do echo else elseif empty enum extends false final \
               finally fn for foreach function global if implements include instanceof interface isset match namespace new null or print private \
               protected public readonly require require_once return self static string switch this throw trait true try unset use var void while \
               yield",
    line_comments: &["//", "#"],
    quotes: &[DOUBLE_LONG, SINGLE_LONG],
    has_characters: false,
    sigils: b"$",
    ..BRACES
};

static PYTHON: Syntax = Syntax {
    keywords: "False None True and as assert async await break case class continue def del elif else except finally for from global if import in is \
               lambda match nonlocal not or pass raise return self try while with yield",
    line_comments: &["#"],
    quotes: &[quote("\"\"\"", true, true), quote("'''", true, true), DOUBLE, SINGLE],
    sigils: b"@",
    has_calls: true,
    ..PLAIN
};

static RUBY: Syntax = Syntax {
    keywords: "BEGIN END alias and attr_accessor attr_reader begin break case class def defined? do else elsif end ensure extend false for function if \
               in include local module next nil not or private protected public raise redo repeat require rescue retry return self super then true \
               unless until when while yield library TRUE FALSE NULL",
    line_comments: &["#"],
    quotes: &[DOUBLE_LONG, SINGLE_LONG],
    sigils: b"@$",
    has_calls: true,
    ..PLAIN
};

static LUA: Syntax =
    Syntax { keywords: RUBY.keywords, line_comments: &["--"], quotes: &[DOUBLE, SINGLE], has_calls: true, ..PLAIN };

static SHELL: Syntax = Syntax {
    keywords: "alias case cd declare do done echo elif else esac exit export fi for foreach function if in local param process read readonly return set \
               shift source sudo then trap unset until while",
    line_comments: &["#"],
    quotes: &[DOUBLE_LONG, quote("'", true, false)],
    sigils: b"$",
    has_dashes: true,
    ..PLAIN
};

static SQL: Syntax = Syntax {
    keywords: "add all alter and any as asc begin between bigint boolean by case cascade check column commit constraint create cross database date \
               default delete desc distinct drop else end exists explain false foreign from full function group having if in index inner insert int \
               integer into is join key left like limit not null numeric offset on or order outer over partition primary real references returning \
               right rollback select set table text then timestamp transaction trigger true union unique update using values varchar view when where \
               with",
    ignores_case: true,
    line_comments: &["--"],
    block_comment: Some(("/*", "*/")),
    quotes: &[quote("'", true, false), quote("\"", false, false), quote("`", false, false)],
    has_calls: true,
    ..PLAIN
};

static CSS: Syntax = Syntax {
    keywords: "@media @import @font-face @keyframes @layer @supports @container @property @use @include @mixin @extend important",
    line_comments: &[],
    block_comment: Some(("/*", "*/")),
    quotes: &[DOUBLE, SINGLE],
    key_ends: b":",
    sigils: b"@$",
    has_dashes: true,
    ..PLAIN
};

static SETTINGS: Syntax = Syntax {
    keywords: "true false null yes no on off True False None",
    line_comments: &["#"],
    quotes: &[quote("\"\"\"", true, true), DOUBLE, SINGLE],
    key_ends: b":=",
    has_dashes: true,
    ..PLAIN
};

static JSON: Syntax = Syntax {
    keywords: "true false null",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &[DOUBLE],
    key_ends: b":",
    ..PLAIN
};

static MARKUP: Syntax = Syntax { kind: Kind::Markup, ..PLAIN };

static DIFFERENCE: Syntax = Syntax { kind: Kind::Difference, ..PLAIN };

/// How a language is read, by the names that fences give it; nothing if it is not known.
pub(super) fn of(language: &str) -> Option<&'static Syntax> {
    Some(match language.trim_start_matches('.') {
        "rust" | "rs" => &RUST,
        "go" | "golang" => &GO,
        "javascript" | "js" | "jsx" | "mjs" | "typescript" | "ts" | "tsx" => &JAVASCRIPT,
        "c" | "h" | "c++" | "cpp" | "cc" | "hpp" | "c#" | "cs" | "csharp" | "java" | "kotlin" | "kt" | "swift"
        | "scala" | "dart" | "objective-c" | "objc" | "zig" | "glsl" | "groovy" | "arduino" | "cuda" => &C_LIKE,
        "php" => &PHP,
        "python" | "py" | "python3" | "gdscript" => &PYTHON,
        "ruby" | "rb" | "r" | "elixir" | "julia" | "perl" => &RUBY,
        "lua" | "haskell" | "elm" => &LUA,
        "bash" | "sh" | "shell" | "zsh" | "fish" | "console" | "dockerfile" | "docker" | "makefile" | "make"
        | "powershell" | "ps1" | "execute" => &SHELL,
        "sql" | "sqlite" | "postgresql" | "postgres" | "mysql" | "plsql" => &SQL,
        "css" | "scss" | "less" => &CSS,
        "json" | "jsonc" | "json5" => &JSON,
        "yaml" | "yml" | "toml" | "ini" | "conf" | "env" | "properties" => &SETTINGS,
        "html" | "xml" | "svg" | "vue" | "svelte" | "xhtml" => &MARKUP,
        "diff" | "patch" => &DIFFERENCE,
        _ => return None,
    })
}
