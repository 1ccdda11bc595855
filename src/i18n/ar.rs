//! Arabic.

use super::{Locale, Text as T};

pub(super) const LOCALE: Locale = Locale {
    tag: "ar",
    rtl: true,
    plurals: &["zero", "one", "two", "few", "many", "other"],
    text,
};

fn text(key: T) -> &'static str {
    match key {
        T::Comment => "علّق",
        T::Publish => "نشر",
        T::Reply => "رد",
        T::Edit => "تعديل",
        T::Delete => "حذف",
        T::Resolve => "حل",
        T::Reopen => "إعادة فتح",
        T::React => "تفاعل",
        T::CopyLink => "نسخ الرابط",
        T::GoToText => "الانتقال إلى النص",
        T::Cancel => "إلغاء",
        T::Show => "إظهار",
        T::RetryNow => "أعد المحاولة الآن",
        T::YourName => "اسمك",
        T::WriteComment => "اكتب تعليقًا",
        T::WriteReply => "اكتب ردًا",
        T::EditText => "غيّر النص",
        T::Panel => "النقاش",
        T::Threads => "المحادثات",
        T::Filters => "أي المحادثات",
        T::FilterOpen => "مفتوحة",
        T::FilterResolved => "محلولة",
        T::FilterMine => "لي",
        T::FilterAll => "الكل",
        T::Previous => "المحادثة السابقة",
        T::Next => "المحادثة التالية",
        T::NoRelay => "على هذا الجهاز فقط",
        T::NoRelayHint => "لم يُضبط أي مُرحِّل، فلا يرى الآخرون ما تكتبه.",
        T::Offline => "غير متصل",
        T::OfflineHint => "يُحفظ ما تكتبه هنا ويُرسل حالما يجيب أحد المُرحِّلات.",
        T::Connecting => "جارٍ الاتصال",
        T::UpToDate => "كل شيء محدَّث",
        T::Refused => "رفضه المُرحِّل",
        T::RefusedHint => "يبقى ما تكتبه على هذا الجهاز.",
        T::ToSend => {
            "zero=لا تغييرات للإرسال|one=تغيير واحد للإرسال|two=تغييران للإرسال|few={n} تغييرات للإرسال|many={n} تغييرًا للإرسال|other={n} تغيير للإرسال"
        }
        T::Saved => "محفوظ على هذا الجهاز",
        T::AtRelay => "لدى المُرحِّل",
        T::SeenBy => {
            "zero=لم يره أحد|one=رآه شخص واحد|two=رآه شخصان|few=رآه {n} أشخاص|many=رآه {n} شخصًا|other=رآه {n} شخص"
        }
        T::Replies => "zero=لا ردود|one=رد واحد|two=ردان|few={n} ردود|many={n} ردًا|other={n} رد",
        T::NewThreads => {
            "zero=لا محادثات جديدة|one=محادثة جديدة|two=محادثتان جديدتان|few={n} محادثات جديدة|many={n} محادثة جديدة|other={n} محادثة جديدة"
        }
        T::NewReplies => {
            "zero=لا ردود جديدة|one=رد جديد|two=ردان جديدان|few={n} ردود جديدة|many={n} ردًا جديدًا|other={n} رد جديد"
        }
        T::EarlierReplies => {
            "zero=لا شيء أقدم|one=أظهر واحدًا أقدم|two=أظهر اثنين أقدم|few=أظهر {n} أقدم|many=أظهر {n} أقدم|other=أظهر {n} أقدم"
        }
        T::EarlierThreads => {
            "zero=لا محادثات أعلاه|one=محادثة أعلاه|two=محادثتان أعلاه|few={n} محادثات أعلاه|many={n} محادثة أعلاه|other={n} محادثة أعلاه"
        }
        T::Detached => "منفصلة",
        T::DetachedHint => "حُذف النص الذي تتناوله.",
        T::TextWaiting => "لم يصل نصها بعد",
        T::ProposalAsk => "تغيّر النص: أهذا هو؟",
        T::ProposalYes => "نعم، اربطها به",
        T::ProposalNo => "أبقها منفصلة",
        T::ProposalSuggested => "اقترحت هذا النص، والقرار لمن بدأ المحادثة.",
        T::SaidRelinked => "رُبطت بهذا النص",
        T::WhichThread => "أي محادثة؟",
        T::Whole => "عن المستند كله",
        T::CommentDeleted => "حُذف هذا التعليق.",
        T::Edited => "معدَّل",
        T::History => "نسخ سابقة",
        T::ResolvedBy => "حلّها {name}",
        T::ReopenedBy => "أعاد فتحها {name}",
        T::AddReason => "اذكر السبب",
        T::Reason => "السبب",
        T::SaveReason => "حفظ السبب",
        T::DeleteAsk => "أتريد حذف هذا التعليق لدى الجميع؟ تبقى الردود.",
        T::OwnEmoji => "رمز آخر",
        T::AddEmoji => "إضافة",
        T::EmojiChoice => "رموز تعبيرية",
        T::Unnamed => "شخص ما ({initials})",
        T::You => "أنت",
        T::ThreadBy => "{name} عن «{quote}»",
        T::ThreadByWhole => "{name} عن المستند كله",
        T::Options => "خيارات ما كتبه {name}",
        T::SheetShow => "إظهار المحادثات",
        T::SheetHide => "إخفاء المحادثات",
        T::SheetTaller => "ارتفاع كامل",
        T::SheetShorter => "نصف الارتفاع",
        T::OpenCount => {
            "zero=لا محادثات مفتوحة|one=محادثة مفتوحة|two=محادثتان مفتوحتان|few={n} محادثات مفتوحة|many={n} محادثة مفتوحة|other={n} محادثة مفتوحة"
        }
        T::Loading => "تجري قراءة ما على هذا الجهاز",
        T::EmptyTitle => "لا محادثات بعد",
        T::EmptyHint => "حدّد الكلمات التي تقصدها، ثم اكتب رأيك فيها.",
        T::EmptyReadonly => "لم يكتب أحد شيئًا هنا.",
        T::EmptyFilter => "لا محادثة توافق هذا المرشِّح.",
        T::FailedTitle => "تعذّر عرض النقاش",
        T::NameHint => "يظهر بجانب ما تكتبه. لا حاجة إلى حساب.",
        T::ChooseName => "اختر اسمًا",
        T::ChangeName => "{name}، تغيير الاسم",
        T::SaveName => "حفظ الاسم",
        T::DraftKept => "حُفظت مسودتك.",
        T::DraftDiscard => "تجاهلها",
        T::TooLong => "أطول من الحد بمقدار {n} بايت. اختصره أو اكتبه على جزأين.",
        T::PublishKey => "{key}+Enter",
        T::StepKeys => "Alt+Page Up وAlt+Page Down",
        T::CommentKey => "{key}+Alt+M",
        T::NoticeError => "لم ينجح ذلك",
        T::NoticeQuarantine => "نُحّي شيء جانبًا",
        T::NoticeInfo => "للعلم",
        T::Details => "تفاصيل",
        T::Dismiss => "إغلاق الإشعار",
        T::Readonly => "للقراءة فقط",
        T::JustNow => "الآن",
        T::SaidPublished => "نُشر",
        T::SaidDeleted => "حُذف",
        T::SaidResolved => "حُلّت المحادثة",
        T::SaidReopened => "أُعيد فتح المحادثة",
        T::LinkCopied => "نُسخ الرابط",
        T::LinkNotCopied => "تعذّر نسخ الرابط. الرابط هو {link}",
        T::SharedDocument => "مستند مشترك",
        T::CommandEmpty => "لا يوجد ما يُنشر بعد. اكتب شيئًا أولًا.",
        T::CommandTooLong => {
            "طول هذا النص {have} بايت والحد الأقصى {limit}. اختصره أو اكتبه في جزأين."
        }
        T::CommandNoText => "لم يعد النص المحدد موجودًا. حدد من جديد ما تريد التعليق عليه.",
        T::CommandNotThere => "ما تريد تغييره غير موجود هنا.",
        T::NotDone => "تعذّر تنفيذ ذلك: {why}.",
        T::StoreFull => {
            "لا توجد مساحة على هذا الجهاز لهذه الصفحة، فلم يُحفظ ما كتبته بعد. وفّر بعض المساحة وستُعاد المحاولة تلقائيًا."
        }
        T::StoreUnavailable => {
            "لا يسمح هذا المتصفح للصفحة بحفظ أي شيء ({why}). يبقى ما تكتبه حتى تغلق الصفحة ما لم تستلمه محطة ترحيل."
        }
        T::StoreFailed => "لم يُحفظ ما كتبته بعد ({why}). تُعاد المحاولة تلقائيًا؛ أبقِ الصفحة مفتوحة.",
        T::RelayAddress => "‏{url} ليس عنوان محطة ترحيل يعرفها بوستيل. يجب أن يبدأ بـ https:",
        T::RenewedSame => {
            "تلف جزء مما حفظه هذا الجهاز، ولا يملكه أحد ممن يمكن الوصول إليهم. تتابع بصفتك الكاتب نفسه، وما يظهر منه لاحقًا يُعرض من جديد."
        }
        T::RenewedNew => {
            "تلف جزء مما حفظه هذا الجهاز، ولا يملكه أحد ممن يمكن الوصول إليهم. تتابع بصفتك كاتبًا جديدًا: يبقى ما كتبته من قبل، لكن لم يعد بإمكانك تغييره."
        }
        T::RenewedAgain => {
            "zero=لم يكن هناك تغيير غير مرسل.|one=حُفظ تغيير واحد لم يكن قد أُرسل.|two=حُفظ تغييران لم يكونا قد أُرسلا.|few=حُفظت {n} تغييرات لم تكن قد أُرسلت.|many=حُفظ {n} تغييرًا لم يكن قد أُرسل.|other=حُفظ {n} تغيير لم يكن قد أُرسل."
        }
        T::SetAside => "وصل شيء تالف أو مزوّر فوُضع جانبًا؛ وكل ما عداه يعمل.",
        T::IdentityUnavailable => "لا يستطيع هذا المتصفح حفظ المفتاح الذي يوقّع ما تكتبه ({why}).",
        T::TroubleNoNetwork => "هذا الجهاز غير متصل.",
        T::TroubleUnreachable => "تعذّر الوصول إلى محطة الترحيل.",
        T::TroubleTimedOut => "محطة الترحيل لا تجيب.",
        T::TroubleDenied => "ترفض محطة الترحيل الوصول. اسأل من يديرها أو استخدم محطة أخرى.",
        T::TroubleNotARelay => "لا توجد محطة ترحيل لبوستيل في هذا العنوان (الحالة {n}).",
        T::TroubleBadAnswer => "إجابات محطة الترحيل غير مفهومة.",
        T::TroubleTooLarge => "لا تقبل محطة الترحيل سجلات بهذا الحجم.",
        T::TroubleNotTaken => "لا تقبل محطة الترحيل ما كتبته (الحالة {n}).",
        T::TroubleFull => "لم تعد لدى محطة الترحيل مساحة لهذا النقاش.",
        T::TroubleSlowDown => "تطلب محطة الترحيل الإبطاء.",
        T::TroubleServer => "لدى محطة الترحيل مشكلة داخلية (الحالة {n}).",
    }
}
