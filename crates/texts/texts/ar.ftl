### ما تقوله الواجهة بالعربية.
###
### المصطلحات: conversation = محادثة، turn = تبادل، export = ملف تصدير، import = استيراد، rating = تقييم، instructions = تعليمات، preset = قالب،
### source = مصدر، branch = فرع، history = سجل، trash = سلة المهملات، archive = أرشيف، library = مكتبة.

## Words that stand in many places

close = إغلاق
save = حفظ
delete = حذف
cancel = إلغاء
undo = تراجع
untitled = بلا عنوان
try-again = إعادة المحاولة
pinned = مثبّتة
archived = مؤرشفة
conversation-count =
    { $count ->
        [zero] لا محادثات
        [one] محادثة واحدة
        [two] محادثتان
        [few] { $count } محادثات
        [many] { $count } محادثةً
       *[other] { $count } محادثة
    }
turn-count =
    { $count ->
        [zero] لا تبادلات
        [one] تبادل واحد
        [two] تبادلان
        [few] { $count } تبادلات
        [many] { $count } تبادلًا
       *[other] { $count } تبادل
    }
file-count =
    { $count ->
        [zero] لا ملفات
        [one] ملف واحد
        [two] ملفان
        [few] { $count } ملفات
        [many] { $count } ملفًا
       *[other] { $count } ملف
    }
rating-count =
    { $count ->
        [zero] لا تقييمات
        [one] تقييم واحد
        [two] تقييمان
        [few] { $count } تقييمات
        [many] { $count } تقييمًا
       *[other] { $count } تقييم
    }
comma = ،{ " " }

## The frame of every page

description = محادثاتك مع كل النماذج، في مكان واحد يخصّك.
language-label = اللغة
skip-to-page = الانتقال إلى المحتوى
conversations = المحادثات
new-conversation = محادثة جديدة
connection-lost = لا اتصال بالخادم. تُعاد المحاولة تلقائيًا، وما تكتبه ينتظر هنا.
connection-outdated = تم تحديث AI OS Chat. أعد تحميل هذه الصفحة؛ ما تكتبه يبقى.
part-not-loaded = تعذّر تحميل هذا الجزء من الصفحة. لم يتغيّر شيء.
load-again = إعادة تحميل الصفحة
no-answer = الخادم لا يجيب. لم يتغيّر شيء. تأكّد أن aios-chat ما زال يعمل، ثم أعد المحاولة.

## The sidebar

quick-search = بحث سريع
search = بحث
search-all = البحث في كل المحادثات
conversations-by-date = المحادثات حسب التاريخ
import = استيراد
importing = جارٍ الاستيراد، { $percent } %
lists = القوائم
put-in-order = ترتيب
archive = الأرشيف
trash = سلة المهملات
access = الوصول
no-conversations-yet = لا محادثات بعد. استورد ملف تصدير، أو ابدأ محادثة.
show-older = عرض الأقدم
moved-to-trash =
    { $count ->
        [zero] لم يُنقل شيء إلى سلة المهملات.
        [one] نُقلت إلى سلة المهملات.
        [two] نُقلت اثنتان إلى سلة المهملات.
        [few] نُقلت { $count } إلى سلة المهملات.
        [many] نُقلت { $count } إلى سلة المهملات.
       *[other] نُقلت { $count } إلى سلة المهملات.
    }
personal-history = السجل الشخصي
demo-history = السجل التجريبي
try-demo = جرّب النسخة التجريبية
leave-demo = العودة إلى سجلك
reset-demo = بدء التجربة من جديد
reset-demo-means = يزول ما قيل وقُيّم واستُورد في النسخة التجريبية
another-program = برنامج آخر

## Days and times

months = يناير/فبراير/مارس/أبريل/مايو/يونيو/يوليو/أغسطس/سبتمبر/أكتوبر/نوفمبر/ديسمبر
months-short = يناير/فبراير/مارس/أبريل/مايو/يونيو/يوليو/أغسطس/سبتمبر/أكتوبر/نوفمبر/ديسمبر
today = اليوم
yesterday = أمس
this-week = هذا الأسبوع
month-of-year = { $month } { $year }
day-of-year = { $day } { $month } { $year }
day-and-time = { $day }، { $time }
day-of-month = { $day } { $month }

## The library page

conversations-a-week = المحادثات في الأسبوع، حسب المصدر
week-of = { $source }، أسبوع { $day }: { NUMBER($count) }
library = المكتبة
first-run = أعِد محادثاتك إلى بيتها
first-run-how = أفلِت ملف تصدير من ChatGPT أو Claude أو Gemini أو Copilot أو برنامج محادثة آخر في أي مكان من هذه الصفحة. يُقرأ في هذا المتصفح ويُحفظ على هذا الجهاز، ولك أن تبحث فيه وتقرأه وتتابع منه.
drop-or-choose = أفلِت ملف تصدير هنا، أو اختر ملفًا
of-any-size = كما وصل، مهما كان حجمه
look-around = استكشف بمحادثات مُختلَقة
begin-conversation = ابدأ محادثة
library-totals =
    { $conversations ->
        [zero] لا محادثات
        [one] محادثة واحدة
        [two] محادثتان
        [few] { $conversations } محادثات
        [many] { $conversations } محادثةً
       *[other] { $conversations } محادثة
    }، { $turns ->
        [zero] لا تبادلات
        [one] تبادل واحد
        [two] تبادلان
        [few] { $turns } تبادلات
        [many] { $turns } تبادلًا
       *[other] { $turns } تبادل
    }
conversations-by-source = المحادثات حسب المصدر
source = المصدر
turns = التبادلات
imports = عمليات الاستيراد
imports-are = : ما وصل ومتى ومن أي ملفات، مع التقارير والتراجع.{ " " }
ratings = التقييمات
ratings-are = : رأيك في الإجابات، وملفات للتدريب.
export-all-as = تصدير الكل بصيغة
export = تصدير
all-branches = كل الفروع
format-json-whole = JSON (لا يُفقد شيء)
format-text = نص عادي
format-html = صفحة ويب
format-html-many = صفحات ويب

## The head of a conversation

title-label = العنوان
actions = إجراءات
pin = تثبيت
unpin = إلغاء التثبيت
project = المشروع
move-verb = نقل
archive-verb = أرشفة
unarchive = إخراج من الأرشيف
export-as = تصدير بصيغة

## The import

drop-to-import = أفلِت للاستيراد
drop-hint = ملف ‎.zip كما وصل، أو ملفات ‎.json التي فيه، أو state.db من AI OS. يمكن اختيار عدة ملفات معًا.
read-here = يُقرأ كل شيء في هذا المتصفح ولا يذهب إلا إلى خادمك. لا يُخزَّن شيء قبل أن ترى ما فيه.
choose-folder = اختيار مجلد
choose-another-file = اختيار ملف آخر
nothing-stored = لم يُخزَّن شيء.
reading = جارٍ القراءة
storing = جارٍ التخزين
per-cent = { $doing }، { NUMBER($percent) } بالمئة
bytes-of = { $done } من { $total }
files-stored =
    { $count ->
        [zero] لم يُخزَّن أي ملف
        [one] خُزّن ملف واحد
        [two] خُزّن ملفان
        [few] خُزّنت { $count } ملفات
        [many] خُزّن { $count } ملفًا
       *[other] خُزّن { $count } ملف
    }
second-left = تبقّت ثانية تقريبًا
seconds-left = تبقّى نحو { NUMBER($time) } ث
minutes-left = تبقّى نحو { NUMBER($time) } د
hours-left = تبقّى نحو { NUMBER($time) } س
rate-and-left = { $rate }/ث، { $left }
rate = { $rate }/ث
stopping = جارٍ الإيقاف…
files-more = { $first }، { $second } وملفات أخرى عددها { NUMBER($count) }
import-runs = الاستيراد جارٍ.
worker-unnamed = لا تذكر هذه الصفحة أين عامل الاستيراد الخاص بها. أعد تحميلها.
worker-not-started = تعذّر على هذا المتصفح تشغيل عامل الاستيراد. لم يُقرأ شيء ولم يُخزَّن.
worker-stopped = توقّف عامل الاستيراد. ما خزّنه محفوظ. أعد تحميل الصفحة واستورد الملفات نفسها مرة أخرى: سيُتعرَّف على ما هو موجود.
found =
    { $count ->
        [zero] لم يُعثر على محادثات
        [one] عُثر على محادثة واحدة
        [two] عُثر على محادثتين
        [few] عُثر على { $count } محادثات
        [many] عُثر على { $count } محادثةً
       *[other] عُثر على { $count } محادثة
    }
found-label = المحادثات التي عُثر عليها
also-feeds = كتابة ملفات نصية في Feeds أيضًا
import-chosen = استيراد { NUMBER($count) }
import-database = استيراد قاعدة البيانات
import-chosen-and-database = استيراد { NUMBER($count) } وقاعدة البيانات
is-database = { " " }قاعدة بيانات SQLite. إن كانت من AI OS فستُستورد محادثاتها أيضًا، وإلا فلا يُخزَّن منها شيء.
files-without-conversations = ملفات بلا محادثات
notes = ملاحظات
counted-title = { $title } ({ NUMBER($count) })
show-and-choose = العرض والاختيار
words-in-title = كلمات في العنوان
from-source = من
all-sources = كل المصادر
state = الحالة
new-or-not = جديدة أو لا
shown = المعروض: { NUMBER($count) }
choose-all = الكل
choose-none = لا شيء
choose-new = الجديدة فقط
of-those-shown = من المعروض
so-many = { NUMBER($count) } { $words }
state-failed = فشلت
state-new = جديدة
state-changed = متغيّرة
state-same = موجودة هنا
state-found = عُثر عليها
state-empty = فارغة
state-left-out = متروكة
state-updated = محدّثة
state-imported = مستوردة
state-unchanged = بلا تغيير
state-skipped = متخطّاة
files = ملفات
what-became = ما حلّ بكل محادثة
not-known = غير معروف لهذا الإصدار ({ NUMBER($count) })
not-known-means = ظهرت هذه في الملفات. حُفظ نصها؛ ربما يأتي شكل جديد من ملفات التصدير.
download-report = تنزيل التقرير
all-imports = كل عمليات الاستيراد
import-more = استيراد المزيد
done = تم
ended-early = انتهى قبل الأوان
cancelled-nothing = أُلغي. لم يُخزَّن شيء
cancelled-after = أُلغي. ما خُزّن قبل ذلك باقٍ: { $conversations }
now-in-history =
    { $count ->
        [zero] لم تُضف محادثات إلى سجلك
        [one] أصبحت محادثة واحدة في سجلك
        [two] أصبحت محادثتان في سجلك
        [few] أصبحت { $count } محادثات في سجلك
        [many] أصبحت { $count } محادثةً في سجلك
       *[other] أصبحت { $count } محادثة في سجلك
    }
nothing-was-stored = لم يُخزَّن شيء
all-here-already = كل شيء كان هنا من قبل
show-only = عرض هذه فقط: { NUMBER($count) } { $state }
undo-menu = تراجع…
undo-means = يزول ما أتى به هذا الاستيراد: المحادثات والتبادلات والتقييمات والملفات. ما كتبته بعده يبقى، ويمكن استيراد الملفات نفسها مرة أخرى.
undo-import = التراجع عن هذا الاستيراد

## The list of imports

import-menu = استيراد…
no-imports = لم يُستورد شيء بعد. ما يُستورد يظهر هنا مع تقريره، ويمكن التراجع عنه دفعةً واحدة.
earlier-imports = عمليات استيراد أقدم
batch-unfinished = لم يكتمل: ما خُزّن موجود هنا؛ استورد الملفات نفسها مرة أخرى للمتابعة
batch-finished = اكتمل
batch-cancelled = أُلغي: ما خُزّن قبل ذلك موجود هنا
batch-undoing = تراجع غير مكتمل: تراجع مرة أخرى للمتابعة
batch-undone = تم التراجع عنه
batch-outcome = { $became }؛ أتى بـ: { $brought }.
no-conversation-stored = لم تُخزَّن أي محادثة
batch-went = أُزيل: { $things }
batch-nothing-went = لم يبقَ شيء ليُزال
batch-kept =
    { $count ->
        [zero] ؛ لم تبقَ محادثات
        [one] ؛ تبقى محادثة واحدة بما كان فيها من قبل أو كُتب بعد ذلك
        [two] ؛ تبقى محادثتان بما كان فيهما من قبل أو كُتب بعد ذلك
        [few] ؛ تبقى { $count } محادثات بما كان فيها من قبل أو كُتب بعد ذلك
        [many] ؛ تبقى { $count } محادثةً بما كان فيها من قبل أو كُتب بعد ذلك
       *[other] ؛ تبقى { $count } محادثة بما كان فيها من قبل أو كُتب بعد ذلك
    }
files-unnamed = ملفات بلا اسم
files-named = ملفات عددها { NUMBER($count) }: { $names }، …

## Writing a message

too-long = هذا نص من { NUMBER($kilobytes) } كيلوبايت، والرسالة تسع { NUMBER($most) } كيلوبايت. لم يُرسل شيء. اختصره أو أرسله على أجزاء.
company = هناك من يكتب هنا في نافذة أخرى.
go-on-writing = تابع…
message = الرسالة
search-history = البحث في سجلي
search-history-means = يجوز للنموذج أن يبحث في كل محادثاتك. ما يجده يذهب إلى مزوّده.
stop = إيقاف
send = إرسال
send-by-enter = إرسال (Enter)
needs-script = القراءة تعمل دون JavaScript، أما الكتابة والاستيراد فيحتاجان إليه.
model-waiting = النموذج…
models-unknown = النماذج غير معروفة: الخادم لا يجيب
who-answers = من يجيب
favourite = مفضّل
favourites = المفضّلة
show-first = عرض هذا النموذج أولًا

## Turns

messages = الرسائل
show-earlier = عرض { $count } أقدم
show-later = عرض { $count } أحدث
new-text-below = نص جديد في الأسفل
you-said = قلتَ
answer = الإجابة
an-answer = إجابة
thought = تفكير
your-question = سؤالك
ask-instead = اسأل هذا بدلًا منه
tool-failed = فشل
tool-result = النتيجة
not-shown = لا يُعرض هنا: { $kind }
versions = نسخ هذا التبادل
version-before = النسخة السابقة
version-after = النسخة التالية
go-on = متابعة
sending = جارٍ الإرسال…
not-sent = لم يُرسل. { $reason } كلماتك محفوظة هنا ما دامت هذه الصفحة مفتوحة.
send-again = إعادة الإرسال
writing = يكتب
turn-stopped = أُوقف. ما وصل محفوظ.
turn-interrupted = انقطع: توقّف الخادم في المنتصف. ما وصل محفوظ.
turn-failed = فشل الوكيل؛ ما وصل محفوظ.
copy-answer = نسخ الإجابة بصيغة Markdown
copy-as-markdown = نسخ بصيغة Markdown
quote = اقتباس في الرسالة التالية
quote-what = اقتباس المحدَّد أو الإجابة
link-to-turn = رابط إلى هذا التبادل
good-answer = إجابة جيدة
bad-answer = إجابة سيئة
answer-again = إجابة أخرى
change-question = تعديل السؤال
more = المزيد
duplicate = المتابعة من هنا في نسخة
prune = إلى سلة المهملات من هنا فصاعدًا
version-of = النسخة { NUMBER($version) } من { NUMBER($count) }
later-version = تتبعها نسخة أحدث
document = مستند
copy = نسخ
copied = نُسخ
wrap = التفاف
download = تنزيل
wide-table = جدول
picture = صورة
footnote-back = العودة إلى النص
task-done = منجز
task-open = غير منجز
no-picture = هذه الصورة ليست في ملف التصدير.
no-file = هذا الملف ليس في ملف التصدير.

## A conversation and its panels

recall-answers = إن لم يُضبط نموذج، يجيب Recall: بحث في سجلك، مع روابط إلى ما يقتبسه.
instructions = التعليمات
instructions-are = ما يُقال للنموذج قبل كلمتك الأولى. يسري على هذه المحادثة ابتداءً من الإجابة التالية.
preset-name = اسم، لحفظها قالبًا أيضًا
saved = حُفظ.
presets-are = قوالب. يُستخدم أحدها ما دامت لا توجد تعليمات أعلاه.
none = لا شيء
preset-use = استخدامه هنا
preset-default = استخدامه حيث لا يوجد غيره
find-here = البحث في هذه المحادثة
in-this-conversation = في هذه المحادثة
words = كلمات
find = بحث
turn-of = التبادل، من { $count }
go-there = اذهب
your-questions = أسئلتك

## Search

search-verb = ابحث
search-for = { $query } – بحث
only-in = فقط في
one-conversation = محادثة واحدة
search-everywhere = ابحث في الكل
search-hint = كلمات من عنوان أو سؤال أو إجابة.
nothing-found = لا شيء يحوي كل هذه الكلمات. كلمات أقل أو أقصر تجد أكثر.
hits-in = { $turns } في { $conversations }

## Lists to put in order

trash-empty = سلة المهملات فارغة. يبقى المحذوف هنا 30 يومًا.
archive-empty = لا شيء في الأرشيف.
shelf-empty = لا محادثات هنا.
restore = استعادة
choose = اختيار
filters = المرشّحات
with-chosen = بالمختارة
earlier-ones = الأقدم
empty-trash-menu = إفراغ السلة…
empty-trash-means = يزول كل ما في السلة نهائيًا. يمكن استيراد ملف تصدير ما زال يحويه مرة أخرى.
delete-for-good = حذف نهائي
shelf-line = { $source }، { $day }، { $turns }
shelf-pinned = مثبّتة، { $line }
shelf-branch = فرع، { $line }
shelf-goes = { $line }؛ يُحذف نهائيًا في { $day }
all = الكل
in-project = المشروع { $project }

## Ratings

rating = التقييم
good = جيدة
bad = سيئة
model = النموذج
since = منذ
before = قبل
show = عرض
training-files = ملفات للتدريب…
preview = معاينة
rating-tags = صحيحة, واضحة, كاملة, خاطئة, ناقصة, طويلة جدًا, ليست المطلوب, غير آمنة
no-ratings = لا إجابة بهذا التقييم. الإبهامان أسفل كل إجابة، وتُدرج هنا تقييمات الاستيراد أيضًا.
earlier-ratings = تقييمات أقدم
take-back = سحب
tags-hint = السبب: وسوم بينها فواصل
tags = الوسوم
comment-hint = بكلماتك
comment = تعليق
good-answers =
    { $count ->
        [zero] لا إجابات جيدة
        [one] إجابة جيدة واحدة
        [two] إجابتان جيدتان
        [few] { $count } إجابات جيدة
        [many] { $count } إجابةً جيدة
       *[other] { $count } إجابة جيدة
    }
bad-answers =
    { $count ->
        [zero] لا إجابات سيئة
        [one] إجابة سيئة واحدة
        [two] إجابتان سيئتان
        [few] { $count } إجابات سيئة
        [many] { $count } إجابةً سيئة
       *[other] { $count } إجابة سيئة
    }
pairs =
    { $count ->
        [zero] لا أزواج
        [one] زوج واحد
        [two] زوجان
        [few] { $count } أزواج
        [many] { $count } زوجًا
       *[other] { $count } زوج
    }
examples =
    { $count ->
        [zero] لا أمثلة
        [one] مثال واحد
        [two] مثالان
        [few] { $count } أمثلة
        [many] { $count } مثالًا
       *[other] { $count } مثال
    }

## An address that leads nowhere

not-found = غير موجود
nothing-here = لا شيء هنا
nothing-here-why = ربما كُتب العنوان خطأً، أو حُذفت المحادثة، أو أنها تخصّ السجل الآخر (التجريبي أو الشخصي).
to-library = إلى المكتبة

## Signing in, and who is signed in

sign-in = تسجيل الدخول
sign-in-why = هذا السجل خاص. سجّل الدخول برمزه.
token = الرمز
token-is = هو ما شُغّل به الخادم، أو ما طبعه { $command }.
token-wrong = ليس هذا هو الرمز. لم يُسجَّل دخول أحد.
token-wrong-often = ليس هذا هو الرمز، وقد جُرّبت رموز خاطئة كثيرة: كل منها ينتظر جوابه الآن. لم يُسجَّل دخول أحد.
signed-in = هذه المتصفحات مسجَّلة الدخول. ما تُخرجه يُغلق فورًا أينما كان.
this-browser = هذا المتصفح
session-facts = منذ { $since }، حتى { $until }، الجلسة { $id }
sign-out = تسجيل الخروج
sign-out-here = تسجيل الخروج هنا
sign-out-everywhere = تسجيل الخروج من كل مكان
nobody-signed-in = لا متصفح مسجَّل الدخول.
only-this-machine = لا يُوصل إلى هذا الخادم إلا من هذا الجهاز، فلا حاجة إلى تسجيل الدخول.
backup = نسخة احتياطية
download-history = تنزيل السجل كاملًا
download-history-as = في ملف SQLite واحد. { $command } يعيده.
back-to-conversations = العودة إلى المحادثات

## What the page says beside its module: `public/words.js`

later-button = لاحقًا
load-it = تحميله
not-started = لم تبدأ الصفحة، فلم يُستورد شيء. أعد تحميلها وأفلِت الملفات عليها.
server-away = تعذّر الوصول إلى الخادم
server-away-means = سجلك عليه، ولم يُفقد شيء. ما كنت تكتبه محفوظ في هذا المتصفح. تبحث هذه الصفحة عن الخادم كل بضع ثوانٍ وتتابع تلقائيًا.
server-away-why = هل الخادم يعمل، وهل هذا الجهاز في شبكته؟
share-lost = لم يصل ما تمت مشاركته، ولم يُخزَّن شيء. شاركه مرة أخرى.
try-now = إعادة المحاولة الآن
update-ready = تحديث جاهز. ما تكتبه يبقى.
copy-asks-in-vain = نسخة السجل لا تجيب.
copy-none = لا يحتفظ هذا المتصفح بنسخة من السجل.
copy-none-why = لا يحتفظ هذا المتصفح بنسخة من السجل: { $problem }
copy-nothing = لا يُحتفظ بشيء في هذا المتصفح.
copy-in-use = النسخة ما زالت قيد الاستخدام. أغلق نوافذ هذا التطبيق الأخرى وأعد المحاولة.
copy-nothing-kept = لا شيء محفوظ في هذا المتصفح
copy-waiting = قيد الانتظار: { $count }
copy-not-made = لم تُنفَّذ { $count }: تغيّرت على الخادم في هذه الأثناء
copy-syncing = تجري المزامنة
copy-to-come = تجري المزامنة، بقيت { $count }
copy-newest = أحدث { $count } في هذا المتصفح، ولا متسع لـ { $more } أخرى
copy-whole = في هذا المتصفح أيضًا
copy-offline = دون اتصال
copy-what = ما يُحتفظ به في هذا المتصفح
copy-title = محفوظ في هذا المتصفح
copy-keep = احتفاظ
copy-all = السجل كله
copy-year = آخر 12 شهرًا
copy-quarter = آخر 3 أشهر
copy-month = الشهر الأخير
copy-forget = نسيان على هذا الجهاز
copy-cancel = إلغاء
copy-stays = تبقى حتى تزيلها.
copy-may-go = قد يزيلها المتصفح حين يوشك القرص أن يمتلئ، ثم تُنشأ من جديد.
copy-is = بها تقرأ وتبحث دون الخادم الذي لديه كل شيء. تشغل { $own }، ويستخدم هذا الموقع { $used } من { $room }.

## What was in the way

no-such-conversation = هذه المحادثة غير موجودة، أو حُذفت.
no-such-message = هذه الرسالة غير موجودة، أو حُذفت.
no-such-import = لا يوجد هذا الاستيراد في هذا السجل.
no-such-file = لا يوجد هذا الملف في هذا السجل، أو حُذف.
no-such-language = هذه اللغة غير متوفرة هنا. لم يتغيّر شيء.
still-writing = ما زالت إجابة تُكتب هنا. لم تُرسل رسالتك: انتظر النهاية أو أوقف الإجابة، ثم أعد إرسالها.
shutting-down = AI OS Chat في طور الإيقاف. لم تُرسل رسالتك: أعد إرسالها حين يعود.
disk-full = القرص ممتلئ. ما حُفظ من قبل في أمان، ولم يُحفظ شيء من هذا الطلب. وفّر مساحة ثم أعد المحاولة.
history-failed = تعذّرت قراءة السجل أو كتابته. ما حُفظ من قبل في أمان، ولم يُحفظ شيء من هذا الطلب. أعد المحاولة؛ وإن تكرر الأمر فتحقق من المساحة الحرة ومن سجل الأحداث.
file-failed = تعذّرت قراءة ملف في مجلد البيانات أو كتابته. السجل نفسه في أمان؛ تحقق من المساحة الحرة والأذونات.
internal-failed = حدث خطأ داخل AI OS Chat. ما حُفظ في أمان، وسجل الأحداث يقول أكثر. أعد المحاولة.

## Settings

settings = الإعدادات
kept-for-a-year = لهذا المتصفح، لمدة سنة.
theme = المظهر
theme-about = ورق أو ليل، أو كما يعرضه النظام.
face = خط الرسائل
face-about = خط النظام، أو خط بحروف مذيّلة كما في الكتب.
size = حجم النص
size-about = لكل شيء. وتكبير المتصفح يعمل أيضًا.
width = عرض النص
width-about = نحو 66 حرفًا في السطر هي الأسهل قراءة.
send-with = الإرسال بـ
send-with-about = والآخر يبدأ سطرًا جديدًا، وكذلك Shift مع Enter.
letters = مفاتيح من حرف واحد
letters-about = من يملي على الجهاز أو يخطئ المفاتيح قد يفضّل إيقافها. تبقى مفاتيح Ctrl و‏Alt ومفاتيح الوظائف.
choice-system = النظام
choice-light = فاتح
choice-dark = داكن
choice-serif = مذيّل
choice-normal = عادي
choice-small = صغير
choice-large = كبير
choice-larger = أكبر
choice-narrow = ضيق
choice-wide = عريض
choice-control = Ctrl أو ⌘ Enter
choice-on = تشغيل
choice-off = إيقاف
kept-where = ما يُحفظ وأين
on-the-server = على الخادم
on-the-server-are = المحادثات والتقييمات والتعليمات والملفات المستوردة: يحفظها البرنامج الذي تأتي منه هذه الصفحة في مجلد بياناته.
in-this-browser = في هذا المتصفح
in-this-browser-are = المسودات والنماذج المفضلة، وهذه الإعدادات في ملف تعريف ارتباط.
a-copy-too = ونسخة من السجل للقراءة بلا خادم.
choose-copy = اختر مقدارها
elsewhere = في مكان آخر
elsewhere-goes = ما تسأله لنموذج يذهب إلى خادم ذلك النموذج كما يقول اسمه في القائمة. ولا يخرج شيء غيره.
more-settings = المزيد
imports-and-undo = عمليات الاستيراد والتراجع عنها
who-is-signed-in = من سجّل الدخول

## Keys, and the palette

keys = المفاتيح
keys-how = يمكن فعل كل شيء بلا فأرة. مفاتيح الحرف الواحد تعمل حين لا يُكتب شيء، ويمكن إيقافها في الإعدادات. وعلى ماك Ctrl هو ⌘.
keys-anywhere = في كل مكان
keys-conversation = في محادثة
keys-list = في قائمة المحادثات
keys-composer = حيث تُكتب الرسالة
conversations-and-actions = المحادثات والإجراءات
find-anything = ابحث عن محادثة أو إجراء
palette-recent = الأحدث
palette-passages = داخل المحادثات
in-all-conversations = في كل المحادثات
palette-choose = اختيار
palette-go = تنفيذ
palette-close = إغلاق
do-order = ترتيب المحادثات
do-keys = كل المفاتيح (اختصارات لوحة المفاتيح)
do-leave = مغادرة حقل أو قائمة أو لوحة
do-light = المظهر: فاتح
do-dark = المظهر: داكن
do-system = المظهر: كما في النظام
do-mode = السجل التجريبي أو الشخصي
do-write = كتابة رسالة
do-stop = إيقاف الإجابة
do-turn-before = التبادل السابق
do-next-turn = التبادل التالي
do-copy = نسخ الإجابة
do-quote = اقتباس الإجابة أو ما هو محدد
do-good = إجابة جيدة
do-bad = إجابة سيئة
do-again = الإجابة من جديد
do-change = تغيير السؤال
do-find = البحث في هذه المحادثة
do-instructions = التعليمات
do-rename = إعادة التسمية
do-pin = تثبيت أو إلغاء التثبيت
do-archive = أرشفة أو إخراج من الأرشيف
do-export = تصدير
do-link = نسخ الرابط
do-delete = حذف: نقل إلى سلة المهملات
do-next-line = المحادثة التالية
do-line-before = المحادثة السابقة
do-along = التنقل في القائمة
do-choose = اختيار، لفعل شيء لعدة محادثات؛ ومع Shift وسهم كل ما في الطريق
do-menu = القائمة
do-said-before = استرجاع ما قيل من قبل في حقل فارغ
do-send = إرسال
do-new-line = سطر جديد
do-leave-field = مغادرة الحقل

## The list in hand

chosen-many = المحدد: { NUMBER($count) }
let-go-of-all = إلغاء التحديد
move-to-project = نقل إلى مشروع
move-to-project-more = نقل إلى مشروع…
move-many = نقل { NUMBER($count) } إلى مشروع
new-project = مشروع جديد…
no-project = بلا مشروع
project-hint = الاسم الجديد ينشئ مشروعًا. وبلا اسم لا تنتمي إلى أي مشروع.
export-markdown = تصدير بصيغة Markdown
conversation-menu = المحادثة

## What is said of an answer to those who hear the page

code-is-there = شيفرة.
answer-finished = اكتملت الإجابة.
answer-stopped = أُوقفت.
answer-interrupted = انقطعت.
