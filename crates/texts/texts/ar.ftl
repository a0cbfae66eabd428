### ما تقوله الواجهة بالعربية.
###
### المصطلحات: conversation = محادثة، turn = تبادل، export = ملف تصدير، import = استيراد، rating = تقييم، instructions = تعليمات، preset = نموذج،
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

months = يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر
months-short = يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر
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
