"""Answers of 1C with 500 and `odata.error`: only those that name the object or a right are final."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.crm.http import CrmResponse
from bot.crm.onec import errors
from bot.ports import Rejected, Transient

NOW = datetime(2026, 3, 2, tzinfo=UTC)

PASSING = [
    "Ошибка СУБД: Microsoft SQL Server Native Client: Неверный указатель. HRESULT=80004005, SQLSrvr: Error state=1",
    "Ошибка СУБД: server closed the connection unexpectedly",
    "Ошибка совместного доступа к файлу 'C:/base/1Cv8.1CD'",
    "Ошибка при выполнении файловой операции 'C:/base/1Cv8.1CD'. 32(0x00000020): Процесс не может получить доступ",
    "Соединение с сервером баз данных разорвано администратором",
    "В данной транзакции уже происходили ошибки!",
    "Конфликт блокировок при выполнении транзакции: Превышено максимальное время ожидания предоставления блокировки",
    "Ошибка блокировки объекта. Объект уже заблокирован: пользователь Иванова, запрещено изменение",
    "Не обнаружено свободной лицензии!",
    "Не найден сервер лицензирования",
    "Сеанс отсутствует или удален",
    "Начало сеанса с информационной базой запрещено. Выполняется обновление",
    "Неверный формат хранилища данных",
    "Удаленный хост принудительно разорвал существующее подключение",
    "Внутренняя ошибка компоненты dbeng8",
    "Недостаточно памяти",
    "Ошибка формата потока",
    "Произошла внутренняя ошибка OData сервиса. Дополнительные сведения можно найти в технологическом журнале.",
    "Ошибка при выполнении обработчика - 'ПередЗаписью'",
    "Error running processor - 'ОбработкаПроведения'",
    "Индекс находится за границами массива",
    "Значение не является значением объектного типа (Ссылка)",
    "Операция не выполнена",
    "Объект недоступен, должно пройти обновление: это уже третья попытка, неверный ключ, нельзя продолжить",
]
FINAL = [
    'Поле "Тема" не заполнено',
    "Поле Контрагент не заполнено",
    'Не заполнено поле "Сервер"',
    'Поле "Соединение" не заполнено',
    "Ошибка при выполнении обработчика - 'ПередЗаписью' по причине: Поле \"Ответственный\" не заполнено",
    'Значение поля "Код" не уникально',
    "Не выбран канал привлечения",
    "Не указана организация",
    "Нарушение прав доступа!",
    "Недостаточно прав для записи документа",
    "Объект не найден по ссылке",
    "Задача уже выполнена, изменение запрещено",
    "Документ не может быть проведен",
    "Изменение данных до 01.01.2026 запрещено",
    "Field 'Subject' is required",
    "The document is already posted",
]


def answered(said: str, status: int = 500) -> CrmResponse:
    body = {"odata.error": {"code": "-1", "message": {"lang": "ru", "value": said}}}
    return CrmResponse(status, {}, json.dumps(body, ensure_ascii=False).encode())


@pytest.mark.parametrize("said", PASSING)
def test_a_passing_failure_is_tried_again(said: str) -> None:
    assert isinstance(errors.of(answered(said), NOW), Transient)


@pytest.mark.parametrize("said", FINAL)
def test_what_names_the_object_or_a_right_is_final(said: str) -> None:
    error = errors.of(answered(said), NOW)
    assert isinstance(error, Rejected)
    assert error.detail == said
