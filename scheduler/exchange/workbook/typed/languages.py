"""English names of languages spoken in programs, and their codes (ISO 639-1; ISO 639-3 where it has none)."""

from __future__ import annotations

LANGUAGES = {
    "albanian": "sq", "american sign language": "ase", "amharic": "am", "arabic": "ar", "armenian": "hy", "asl": "ase", "bengali": "bn",
    "bosnian": "bs", "bulgarian": "bg", "burmese": "my", "cantonese": "yue", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dari": "prs", "dutch": "nl", "english": "en", "estonian": "et", "farsi": "fa", "filipino": "fil",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "gujarati": "gu", "haitian creole": "ht", "hausa": "ha",
    "hebrew": "he", "hindi": "hi", "hmong": "hmn", "hungarian": "hu", "icelandic": "is", "igbo": "ig", "indonesian": "id", "irish": "ga",
    "italian": "it", "japanese": "ja", "karen": "kar", "khmer": "km", "korean": "ko", "kurdish": "ku", "lao": "lo", "latvian": "lv",
    "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "mandarin": "cmn", "marathi": "mr", "mongolian": "mn", "navajo": "nv",
    "nepali": "ne", "norwegian": "no", "oromo": "om", "pashto": "ps", "persian": "fa", "polish": "pl", "portuguese": "pt",
    "punjabi": "pa", "romanian": "ro", "russian": "ru", "samoan": "sm", "serbian": "sr", "sinhala": "si", "slovak": "sk",
    "slovenian": "sl", "somali": "so", "spanish": "es", "swahili": "sw", "swedish": "sv", "tagalog": "tl", "tamil": "ta", "telugu": "te",
    "thai": "th", "tigrinya": "ti", "tongan": "to", "turkish": "tr", "twi": "tw", "ukrainian": "uk", "urdu": "ur", "uzbek": "uz",
    "vietnamese": "vi", "welsh": "cy", "wolof": "wo", "yiddish": "yi", "yoruba": "yo", "zulu": "zu",
}  # fmt: skip
