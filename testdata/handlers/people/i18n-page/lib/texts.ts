// What the page says.
export const texts = {
  en: {
    name: "English",
    title: "Welcome",
    greeting: (name = "stranger") => `Hello, ${name}!`,
    intro: "This page speaks your language.",
  },
  de: {
    name: "Deutsch",
    title: "Willkommen",
    greeting: (name = "Unbekannter") => `Guten Tag, ${name}!`,
    intro: "Diese Seite spricht Ihre Sprache.",
  },
  pl: {
    name: "Polski",
    title: "Witamy",
    greeting: (name = "nieznajomy") => `Dzień dobry, ${name}!`,
    intro: "Ta strona mówi w Twoim języku.",
  },
};

export const languages = Object.keys(texts);
