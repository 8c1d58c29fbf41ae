/// Settings as values.
extension ConnectionSettings {
    /// The value, unless it is empty, which stands for the default.
    func text(_ keyword: ConnectionKeyword) -> String? {
        guard let text = settings[keyword]?.text, !text.isEmpty else { return nil }
        return text
    }

    /// A value, or the program's default.
    func text(orDefault keyword: ConnectionKeyword) -> String { text(keyword) ?? defaults[keyword] ?? "" }

    /// The elements of a list with commas, which may be empty; none when the whole is.
    func list(_ keyword: ConnectionKeyword) -> [String] {
        text(keyword)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    }

    /// Refuses a setting.
    func refusal(_ keyword: ConnectionKeyword, _ reason: String) -> ConnectionSettingError {
        ConnectionSettingError(settings[keyword]?.origin ?? keyword.rawValue, reason)
    }

    /// One of a list of words.
    ///
    /// - Throws: `ConnectionSettingError` with the list.
    func word<T: RawRepresentable<String> & CaseIterable>(
        _ keyword: ConnectionKeyword,
        orElse preset: T
    ) throws(ConnectionSettingError) -> T {
        guard let text = text(keyword) else { return preset }
        guard let value = T(rawValue: text) else {
            let words = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw refusal(keyword, "cannot be \"\(text)\": choose one of \(words)")
        }
        return value
    }

    /// A decimal integer, with blanks around it if need be (libpq's `pqParseIntParam`).
    ///
    /// - Throws: `ConnectionSettingError`.
    func integer(_ keyword: ConnectionKeyword) throws(ConnectionSettingError) -> Int32? {
        guard let text = text(keyword) else { return nil }
        guard let value = Self.integer(text) else { throw refusal(keyword, "must be a whole number, not \"\(text)\"") }
        return value
    }

    static func integer(_ text: String) -> Int32? {
        let digits = Array(text.utf8).drop(while: \.isBlank)
        let number = digits.prefix { !$0.isBlank }
        guard digits.dropFirst(number.count).allSatisfy(\.isBlank) else { return nil }
        return Int32(String(decoding: number, as: UTF8.self))
    }

    /// A switch, written 1 or 0.
    ///
    /// - Throws: `ConnectionSettingError`.
    func flag(_ keyword: ConnectionKeyword, orElse preset: Bool) throws(ConnectionSettingError) -> Bool {
        guard let text = text(keyword) else { return preset }
        guard ["0", "1"].contains(text) else { throw refusal(keyword, "must be 0 or 1, not \"\(text)\"") }
        return text == "1"
    }
}
