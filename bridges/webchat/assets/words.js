// Texts that visitors read, in English and Russian, with dates and sizes in each language's format.

const WORDS = {
  en: {
    title: "Chat with us",
    greeting: "Hello! Write to us here: we will answer in this window.",
    online: "We answer right here",
    connecting: "Connecting…",
    offline: "No connection. Messages will be sent later",
    write: "Write a message…",
    send: "Send",
    attach: "Attach a file",
    emoji: "Emoji",
    close: "Close the chat",
    about: "About you",
    aboutWhy: "Tell us your name, so that we know whom we are talking to. This is optional.",
    name: "Name",
    email: "E-mail",
    save: "Save",
    skip: "Skip",
    you: "You",
    operator: "Operator",
    today: "Today",
    yesterday: "Yesterday",
    edited: "edited",
    deleted: "Message deleted",
    sending: "Sending",
    sent: "Sent",
    failed: "Not sent",
    retry: "Try again",
    remove: "Remove",
    reply: "Reply",
    cancel: "Cancel",
    newest: "New messages",
    earlier: "Earlier messages are not shown",
    drop: "Drop files here",
    file: "File",
    photo: "Photo",
    location: "Location",
    openMap: "Open the map",
    download: "Download",
    shut: "Close",
    tooLarge: (size) => `The file is too large: at most ${size}`,
    tooMany: (n) => `At most ${n} files in one message`,
    tooLong: (n) => `Too long by ${n}`,
    lost: "The file is no longer there: attach it again",
    refused: "The message was not taken",
    blocked: "You cannot write in this chat any more",
    paused: "The chat is paused: your message will be sent when it opens again",
    busy: "Many people are writing just now: your message will be sent in a moment",
    no_space: "Files cannot be taken just now: yours will be sent later",
    bytes: ["B", "KB", "MB", "GB"],
  },
  ru: {
    title: "Напишите нам",
    greeting: "Здравствуйте! Напишите нам, и мы ответим в этом окне.",
    online: "Отвечаем прямо здесь",
    connecting: "Подключаемся…",
    offline: "Нет связи. Сообщения уйдут позже",
    write: "Напишите сообщение…",
    send: "Отправить",
    attach: "Прикрепить файл",
    emoji: "Смайлики",
    close: "Закрыть чат",
    about: "О вас",
    aboutWhy: "Представьтесь, чтобы мы знали, с кем говорим. Это необязательно.",
    name: "Имя",
    email: "Эл. почта",
    save: "Сохранить",
    skip: "Пропустить",
    you: "Вы",
    operator: "Оператор",
    today: "Сегодня",
    yesterday: "Вчера",
    edited: "изменено",
    deleted: "Сообщение удалено",
    sending: "Отправляется",
    sent: "Отправлено",
    failed: "Не отправлено",
    retry: "Повторить",
    remove: "Убрать",
    reply: "Ответить",
    cancel: "Отменить",
    newest: "Новые сообщения",
    earlier: "Более ранние сообщения не показаны",
    drop: "Перетащите файлы сюда",
    file: "Файл",
    photo: "Фото",
    location: "Место на карте",
    openMap: "Открыть карту",
    download: "Скачать",
    shut: "Закрыть",
    tooLarge: (size) => `Файл слишком большой: не больше ${size}`,
    tooMany: (n) => `Не больше ${n} файлов в одном сообщении`,
    tooLong: (n) => `Длиннее на ${n}`,
    lost: "Файла больше нет: прикрепите его снова",
    refused: "Сообщение не принято",
    blocked: "Вы больше не можете писать в этот чат",
    paused: "Чат приостановлен: сообщение уйдёт, когда он снова откроется",
    busy: "Сейчас пишут очень многие: сообщение уйдёт через минуту",
    no_space: "Файлы сейчас не принимаются: ваш уйдёт позже",
    bytes: ["Б", "КБ", "МБ", "ГБ"],
  },
};

export function wordsFor(asked) {
  const language = [asked, ...navigator.languages].map((one) => (one || "").slice(0, 2)).find((one) => one in WORDS);
  return new Words(language || "en");
}

class Words {
  constructor(language) {
    this.language = language;
    Object.assign(this, WORDS[language]);
    this.clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
    this.date = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
    this.dateLong = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
  }

  time(at) {
    return this.clock.format(at);
  }

  day(at) {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const days = Math.round((midnight - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
    if (days === 0) return this.today;
    if (days === 1) return this.yesterday;
    return at.getFullYear() === new Date().getFullYear() ? this.date.format(at) : this.dateLong.format(at);
  }

  size(bytes) {
    const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
    const amount = bytes / 1024 ** power;
    const digits = new Intl.NumberFormat(this.language, { maximumFractionDigits: amount < 10 && power ? 1 : 0 });
    return `${digits.format(amount)} ${this.bytes[power]}`;
  }
}
