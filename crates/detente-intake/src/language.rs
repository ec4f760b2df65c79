//! Which language a text is in. What a page declares is evidence and no more: templates say `lang="en"` over any
//! text. What is not English is left aside by name and counted.
//!
//! Prose is told by its small words ("the", "of"; `small_words.txt`), of which every language has many and no other language
//! has the same; tables and lists, which have few, count as English unless much speaks for another language. Which
//! other language it is, is named by `whatlang` (script, then trigrams). A text of several languages is what most
//! of its words are.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::problem::{Kind, Problem};

/// A language, by its ISO 639-1 code (639-3 where there is no shorter one) and its English name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    /// The code: `en`, `ar`.
    pub code: &'static str,
    /// The name: `English`, `Arabic`.
    pub name: &'static str,
}

/// Languages of Latin script by their small words; see the file.
struct Small {
    /// For each word the languages that have it, as places in `codes`.
    words: HashMap<&'static str, Vec<u8>>,
    codes: Vec<&'static str>,
}

static SMALL: LazyLock<Small> = LazyLock::new(|| {
    let mut small = Small { words: HashMap::new(), codes: Vec::new() };
    for line in include_str!("small_words.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        let Some(code) = words.next() else { continue };
        let place = small.codes.len() as u8;
        small.codes.push(code);
        for word in words {
            let languages = small.words.entry(word).or_default();
            if !languages.contains(&place) {
                languages.push(place);
            }
        }
    }
    small
});

/// Letters that are looked at in each of three places of the text: its beginning, its middle and its end.
const SAMPLE: [usize; 3] = [1600, 800, 600];
/// Fewer letters than these tell nothing: the text is what its page declares.
const FEW: usize = 24;

impl Language {
    /// The language that the program reads.
    pub const ENGLISH: Language = Language { code: "en", name: "English" };

    /// True for English.
    pub fn is_english(self) -> bool {
        self == Language::ENGLISH
    }

    /// The problem that stands in the place of an article in this language.
    pub fn problem(self, file: impl Into<String>) -> Problem {
        let what = format!("this article is in {}", self.name);
        Problem::new(Kind::Language, file, what, "give English text, or --language any")
    }

    /// A language by what pages declare: `de`, `de-AT`, `deu`, `ar_EG`. Nothing for what is no language that
    /// this module can name.
    pub fn declared(tag: &str) -> Option<Language> {
        let code = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let found = LANGUAGES.iter().find(|(three, language)| *three == code || language.code == code);
        found.map(|(_, language)| *language)
    }
}

/// The language of a text. `declared` is what its page or record says (`en-GB`, `ar`), and counts only where the
/// words leave room for it. Costs the same for a long text as for a page of it.
pub fn of(text: &str, declared: Option<&str>) -> Language {
    let declared = declared.and_then(Language::declared);
    let sample = sample(text);
    let small = &*SMALL;
    let (mut latin, mut other, mut words, mut accents) = (0usize, 0usize, 0usize, 0usize);
    let mut counts = vec![0usize; small.codes.len()];
    let mut lower = String::new();
    for word in sample.split(|c: char| !c.is_alphabetic() && !is_mark(c)).filter(|w| !w.is_empty()) {
        let foreign = if word.is_ascii() { 0 } else { word.chars().filter(|c| is_foreign(*c)).count() };
        other += foreign;
        latin += word.chars().count() - foreign;
        words += 1;
        accents += if word.is_ascii() { 0 } else { word.chars().filter(|c| !c.is_ascii()).count() };
        if foreign == 0 && word.len() <= 12 {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            for place in small.words.get(lower.as_str()).into_iter().flatten() {
                counts[usize::from(*place)] += 1;
            }
        }
    }
    if latin + other < FEW {
        // A script is clear from the first letter.
        let told = || declared.unwrap_or(Language::ENGLISH);
        return if other > latin { guess(&sample).unwrap_or(OTHER) } else { told() };
    }
    if other > latin {
        return guess(&sample).or(declared.filter(|d| !d.is_english())).unwrap_or(OTHER);
    }
    // English comes first in the file.
    let english = counts[0];
    let best = (1..counts.len()).max_by_key(|i| (counts[*i], std::cmp::Reverse(*i))).unwrap_or(0);
    let most = counts[best];
    // English prose has small words in two places of five, other prose in one of four or five.
    if english * 3 >= most * 2 && english * 100 >= words * 8 {
        return Language::ENGLISH;
    }
    let found = whatlang::detect(&sample).map(|info| (named(info.lang()), info));
    if most * 2 > english * 3 && most * 100 >= words * 12 && most >= 4 {
        let by_words = Language::declared(small.codes[best]).unwrap_or(OTHER);
        let near = |l: &Language| {
            small.codes.iter().position(|c| *c == l.code).is_none_or(|i| counts[i] * 4 >= most * 3)
        };
        return found.map(|(l, _)| l).filter(|l| !l.is_english()).filter(near).unwrap_or(by_words);
    }
    // Lists and tables: names look like any language. Languages without a line in the file have no small words either.
    match (found, declared) {
        (Some((found, _)), Some(declared)) if found == declared => found,
        (Some((found, info)), _)
            if english * 100 < words * 3
                && info.is_reliable()
                && (latin >= 300 || latin >= 90 && accents * 100 >= latin * 4)
                || english * 100 < words * 6 && latin >= 60 && accents * 100 >= latin * 7 =>
        {
            found
        }
        _ => Language::ENGLISH,
    }
}

/// True for letters of other scripts than the Latin one.
fn is_foreign(c: char) -> bool {
    c > '\u{24f}' && !is_mark(c) && !('\u{1e00}'..='\u{1eff}').contains(&c)
}

/// What no model names.
const OTHER: Language = Language { code: "und", name: "another language" };

/// The language that a sample looks most like.
fn guess(sample: &str) -> Option<Language> {
    whatlang::detect_lang(sample).map(named).filter(|l| !l.is_english())
}

/// True for marks that belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{93e}'..='\u{94f}' | '\u{e31}' | '\u{e34}'..='\u{e4e}' | '\'' | '’')
}

/// The beginning, the middle and the end of a text, as far as they tell its language.
fn sample(text: &str) -> std::borrow::Cow<'_, str> {
    let [begin, middle, end] = SAMPLE;
    if text.len() <= begin + middle + end {
        return text.into();
    }
    let back = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let half = back(text.len() / 2);
    let parts = [
        &text[..back(begin)],
        &text[half..back((half + middle).min(text.len()))],
        &text[back(text.len() - end)..],
    ];
    parts.join(" ").into()
}

/// A language of whatlang as ours.
fn named(lang: whatlang::Lang) -> Language {
    let code = lang.code();
    LANGUAGES.iter().find(|(three, _)| *three == code).map_or(OTHER, |(_, language)| *language)
}

/// Makes the table of languages.
macro_rules! languages {
    ($($three:literal $two:literal $name:literal),* $(,)?) => {
        &[$(($three, Language { code: $two, name: $name })),*]
    };
}

/// Languages by their codes of ISO 639-3 and ISO 639-1, those that whatlang or `small_words.txt` knows.
const LANGUAGES: &[(&str, Language)] = languages![
    "eng" "en" "English", "epo" "eo" "Esperanto", "rus" "ru" "Russian", "cmn" "zh" "Chinese", "spa" "es" "Spanish",
    "por" "pt" "Portuguese", "ita" "it" "Italian", "ben" "bn" "Bengali", "fra" "fr" "French", "deu" "de" "German",
    "ukr" "uk" "Ukrainian", "kat" "ka" "Georgian", "ara" "ar" "Arabic", "hin" "hi" "Hindi", "jpn" "ja" "Japanese",
    "heb" "he" "Hebrew", "yid" "yi" "Yiddish", "pol" "pl" "Polish", "amh" "am" "Amharic", "jav" "jv" "Javanese",
    "kor" "ko" "Korean", "nob" "nb" "Norwegian", "dan" "da" "Danish", "swe" "sv" "Swedish", "fin" "fi" "Finnish",
    "tur" "tr" "Turkish", "nld" "nl" "Dutch", "hun" "hu" "Hungarian", "ces" "cs" "Czech", "ell" "el" "Greek",
    "bul" "bg" "Bulgarian", "bel" "be" "Belarusian", "mar" "mr" "Marathi", "kan" "kn" "Kannada", "ron" "ro" "Romanian",
    "slv" "sl" "Slovene", "hrv" "hr" "Croatian", "srp" "sr" "Serbian", "mkd" "mk" "Macedonian", "lit" "lt" "Lithuanian",
    "lav" "lv" "Latvian", "est" "et" "Estonian", "tam" "ta" "Tamil", "vie" "vi" "Vietnamese", "urd" "ur" "Urdu",
    "tha" "th" "Thai", "guj" "gu" "Gujarati", "uzb" "uz" "Uzbek", "pan" "pa" "Punjabi", "aze" "az" "Azerbaijani",
    "ind" "id" "Indonesian", "tel" "te" "Telugu", "pes" "fa" "Persian", "mal" "ml" "Malayalam", "ori" "or" "Odia",
    "mya" "my" "Burmese", "nep" "ne" "Nepali", "sin" "si" "Sinhala", "khm" "km" "Khmer", "tuk" "tk" "Turkmen",
    "aka" "ak" "Akan", "zul" "zu" "Zulu", "sna" "sn" "Shona", "afr" "af" "Afrikaans", "lat" "la" "Latin", "slk" "sk" "Slovak",
    "swa" "sw" "Swahili", "som" "so" "Somali", "hau" "ha" "Hausa", "sqi" "sq" "Albanian", "eus" "eu" "Basque",
    "glg" "gl" "Galician", "msa" "ms" "Malay", "cat" "ca" "Catalan", "tgl" "tl" "Tagalog", "hye" "hy" "Armenian", "cym" "cy" "Welsh",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Two paragraphs of invented news in each of these.
    const TEXTS: [(&str, &str); 17] = [
        (
            "de",
            "Die Regierung von Avarien hat am Montag ihren Botschafter aus Belmora zurückgerufen. Der Außenminister sprach von einem schweren Schaden für die Beziehungen beider Länder.\nIn der Hauptstadt gingen am Abend mehrere tausend Menschen auf die Straße, um gegen die neuen Zölle zu protestieren. Die Polizei nahm zwölf von ihnen fest.",
        ),
        (
            "fr",
            "Le gouvernement d'Avarie a rappelé lundi son ambassadeur à Belmora. Le ministre des affaires étrangères a parlé d'un grave dommage pour les relations entre les deux pays.\nDans la capitale, plusieurs milliers de personnes sont descendues dans la rue pour protester contre les nouveaux droits de douane. La police en a arrêté douze.",
        ),
        (
            "es",
            "El gobierno de Avaria llamó el lunes a consultas a su embajador en Belmora. El ministro de Exteriores habló de un grave daño para las relaciones entre los dos países.\nEn la capital, varios miles de personas salieron a la calle para protestar contra los nuevos aranceles. La policía detuvo a doce de ellas.",
        ),
        (
            "it",
            "Il governo di Avaria ha richiamato lunedì il suo ambasciatore da Belmora. Il ministro degli Esteri ha parlato di un grave danno per i rapporti tra i due paesi.\nNella capitale diverse migliaia di persone sono scese in piazza per protestare contro i nuovi dazi. La polizia ne ha arrestate dodici.",
        ),
        (
            "pt",
            "O governo da Avária chamou na segunda-feira o seu embaixador em Belmora. O ministro dos Negócios Estrangeiros falou de um grave dano para as relações entre os dois países.\nNa capital, vários milhares de pessoas saíram à rua para protestar contra as novas tarifas. A polícia deteve doze delas.",
        ),
        (
            "nl",
            "De regering van Avarië heeft maandag haar ambassadeur uit Belmora teruggeroepen. De minister van Buitenlandse Zaken sprak van zware schade voor de betrekkingen tussen beide landen.\nIn de hoofdstad gingen 's avonds enkele duizenden mensen de straat op om te protesteren tegen de nieuwe heffingen. De politie hield er twaalf aan.",
        ),
        (
            "ru",
            "Правительство Аварии в понедельник отозвало своего посла из Бельморы. Министр иностранных дел заявил о серьёзном ущербе для отношений между двумя странами.\nВечером в столице несколько тысяч человек вышли на улицы в знак протеста против новых пошлин. Полиция задержала двенадцать из них.",
        ),
        (
            "uk",
            "Уряд Аварії в понеділок відкликав свого посла з Бельмори. Міністр закордонних справ заявив про серйозну шкоду для відносин між двома країнами.\nУвечері в столиці кілька тисяч людей вийшли на вулиці на знак протесту проти нових мит. Поліція затримала дванадцятьох із них.",
        ),
        (
            "ar",
            "استدعت حكومة أفاريا يوم الاثنين سفيرها لدى بلمورا. وتحدث وزير الخارجية عن ضرر كبير أصاب العلاقات بين البلدين.\nوفي العاصمة خرج مساء اليوم آلاف الأشخاص إلى الشوارع احتجاجا على الرسوم الجديدة، واعتقلت الشرطة اثني عشر منهم.",
        ),
        (
            "fa",
            "دولت آواریا روز دوشنبه سفیر خود را از بلمورا فراخواند. وزیر امور خارجه از آسیب جدی به روابط دو کشور سخن گفت.\nشامگاه در پایتخت چند هزار نفر در اعتراض به تعرفه‌های جدید به خیابان‌ها آمدند. پلیس دوازده نفر از آنان را بازداشت کرد.",
        ),
        (
            "zh",
            "阿瓦里亚政府星期一召回了驻贝尔莫拉的大使。外交部长说,两国关系受到了严重损害。\n当天晚上,首都有数千人走上街头,抗议新的关税。警方逮捕了其中十二人,议会将在星期五讨论这个问题。",
        ),
        (
            "ja",
            "アバリア政府は月曜日、ベルモラに駐在する大使を呼び戻した。外務大臣は両国の関係に深刻な損害が生じたと述べた。\n夜には首都で数千人が新しい関税に抗議して通りに出た。警察はそのうち十二人を逮捕した。",
        ),
        (
            "ko",
            "아바리아 정부는 월요일 벨모라 주재 대사를 소환했다. 외교부 장관은 두 나라의 관계가 크게 손상되었다고 말했다.\n저녁에는 수도에서 수천 명이 새로운 관세에 항의하며 거리로 나왔다. 경찰은 그 가운데 열두 명을 체포했다.",
        ),
        (
            "tr",
            "Avarya hükümeti pazartesi günü Belmora büyükelçisini geri çağırdı. Dışişleri bakanı iki ülke arasındaki ilişkilerin ağır zarar gördüğünü söyledi.\nAkşam saatlerinde başkentte birkaç bin kişi yeni gümrük vergilerini protesto etmek için sokağa çıktı. Polis on iki kişiyi gözaltına aldı.",
        ),
        (
            "id",
            "Pemerintah Avaria pada hari Senin menarik duta besarnya dari Belmora. Menteri luar negeri berbicara tentang kerugian besar bagi hubungan kedua negara.\nDi ibu kota beberapa ribu orang turun ke jalan pada malam hari untuk memprotes bea masuk yang baru. Polisi menahan dua belas orang di antara mereka.",
        ),
        (
            "pl",
            "Rząd Awarii odwołał w poniedziałek swojego ambasadora z Belmory. Minister spraw zagranicznych mówił o poważnej szkodzie dla stosunków między oboma krajami.\nWieczorem w stolicy kilka tysięcy ludzi wyszło na ulice, aby zaprotestować przeciwko nowym cłom. Policja zatrzymała dwanaście osób.",
        ),
        (
            "hi",
            "अवारिया की सरकार ने सोमवार को बेलमोरा से अपने राजदूत को वापस बुला लिया। विदेश मंत्री ने कहा कि दोनों देशों के संबंधों को गहरा नुकसान हुआ है।\nशाम को राजधानी में कई हज़ार लोग नए शुल्क के विरोध में सड़कों पर उतरे। पुलिस ने उनमें से बारह को गिरफ़्तार किया।",
        ),
    ];

    #[test]
    fn what_is_not_english_is_named_whatever_its_page_declares() {
        for (code, text) in TEXTS {
            for declared in [None, Some("en"), Some("en-US"), Some(code), Some("xx"), Some("")] {
                assert_eq!(of(text, declared).code, code, "declared {declared:?}: {text}");
            }
            for paragraph in text.lines() {
                assert_eq!(of(paragraph, None).code, code, "{paragraph}");
            }
        }
    }

    #[test]
    fn english_stays_english_whatever_its_page_declares() {
        let prose = "Avaria recalled its envoy from Belmora on Monday. The foreign minister spoke of grave harm to the ties \
                     between the two countries, and said that talks would go on.";
        let list = "Men's 200 metres\n1. Tom Oak, Avaria, 20.11\n2. Li Fen, Belmora, 20.34\n3. José Álvarez Núñez, Cordia, 20.41\n\
                    4. Björn Lindqvist, Norrland, 20.50\n5. Giuseppe Rossi, Lidia, 20.62";
        let quotes = format!(
            "{prose} \"{}\", he said, and the crowd answered him in the same language for some time.",
            TEXTS[2].1.lines().next().unwrap_or("")
        );
        for text in [prose, list, &quotes, "Talks fail.", "x", "", "12 345", "Envoy recalled from Belmora"] {
            for declared in [None, Some("en-GB")] {
                assert_eq!(of(text, declared), Language::ENGLISH, "{text}");
            }
        }
        for declared in ["de", "ar", "id"] {
            assert_eq!(of(prose, Some(declared)), Language::ENGLISH, "{declared}");
        }
    }

    #[test]
    fn a_text_of_two_languages_is_what_most_of_it_is() {
        let english = "The envoy said on Monday that he would go back to the capital, and that the talks with the other side had \
                       been of use to both of them. ";
        let mostly_german = format!("{}{english}", TEXTS[0].1.repeat(4));
        assert_eq!(of(&mostly_german, None).code, "de");
        let mostly_english = format!("{}{}", english.repeat(6), TEXTS[0].1);
        assert_eq!(of(&mostly_english, None), Language::ENGLISH);
    }

    #[test]
    fn what_is_declared_is_read_with_its_country() {
        assert_eq!(Language::declared("de-AT").map(|l| l.name), Some("German"));
        assert_eq!(Language::declared("EN_us"), Some(Language::ENGLISH));
        assert_eq!(Language::declared("tlh"), None);
        assert_eq!(Language::declared(""), None);
    }

    #[test]
    fn the_problem_says_what_to_do() {
        let problem = of(TEXTS[8].1, None).problem("x.html");
        assert_eq!(
            problem.to_string(),
            "x.html: this article is in Arabic: give English text, or --language any."
        );
        assert!(problem.is_no_fault());
    }
}
