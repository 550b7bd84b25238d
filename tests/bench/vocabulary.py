"""Words of customers and operators, Russian and English mixed, with a language's frequencies: the first ones
everywhere, most of them hardly ever. The same for the same seed."""

from __future__ import annotations

import random
from itertools import accumulate

_EVERYWHERE = """
и в не на я что с а как это по но к у же за бы от так мне вы до для есть когда если уже или ещё только можно нет да
спасибо здравствуйте пожалуйста добрый день хорошо завтра сегодня где сколько стоит хочу нужно могу буду очень
the to is it and you for order delivery price when please hello thanks can my i have not of in what how much does cost
where size color return refund payment card bank invoice number address today tomorrow iphone samsung laptop charger
"""
_STEMS = """
заказ достав оплат товар цен скидк магазин адрес курьер возврат обмен размер цвет склад наличи гарант чек договор карт
перевод деньг утр вечер понедельник вторник сред четверг пятниц недел месяц год клиент менеджер оператор телефон почт
сайт ссылк фото видео документ инструкц настройк ошибк проблем вопрос ответ помощ совет отзыв качеств материал ткан
дерев металл стекл кухн спальн диван стол стул шкаф кроват матрас подушк ламп зеркал ковёр штор посуд чайник пылесос
холодильник машин телевизор ноутбук наушник заряд кабел батаре экран корпус кнопк модел серий номер код парол вход
аккаунт профил подписк тариф услуг мастер замер установк сборк ремонт детал запчаст
"""
_ENDINGS = ("", "а", "у", "ом", "е", "ы", "ов", "ами", "и", "ка", "ный", "ная", "ное", "ить", "ил", "или", "ете", "ем")
_RARE = 20_000
"""Names, brands, misspellings: made-up words."""
NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Захар", "Ирина", "Лена", "Максим", "Олег", "Семён", "Таня")
SURNAMES = ("Иванов", "Петров", "Сидоров", "Кузнецов", "Соколов", "Попов", "Козлов", "Морозов", "Волков", "Ёлкин")


class Vocabulary:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        forms = [stem + ending for stem in _STEMS.split() for ending in _ENDINGS]
        self._random.shuffle(forms)
        syllables = [one + other for one in "бвгджзклмнпрстфхцчш" for other in "аеиоуыюя"]
        names = ("".join(self._random.choices(syllables, k=self._random.randint(2, 5))) for _ in range(_RARE))
        self._words = [*_EVERYWHERE.split(), *forms, *names]
        self._weights = list(accumulate(1 / (place + 2.7) for place in range(len(self._words))))

    def message(self) -> str:
        """A message of eight words on average, one in ten with a number."""
        length = min(60, 1 + int(self._random.expovariate(1 / 7)))
        words = self._random.choices(self._words, cum_weights=self._weights, k=length)
        if self._random.random() < 0.1:
            words.append(str(self._random.randint(1000, 999_999)))
        return " ".join(words).capitalize()

    def name(self) -> str:
        return f"{self._random.choice(NAMES)} {self._random.choice(SURNAMES)}"

    def phone(self) -> str:
        return f"+79{self._random.randint(10**8, 10**9 - 1)}"
