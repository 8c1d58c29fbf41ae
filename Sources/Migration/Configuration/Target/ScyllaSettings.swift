/// Everything that was said about the way to a ScyllaDB cluster, by whoever said it first: options, the URL, the
/// environment.
package struct ScyllaSettings: Sendable {
    /// A value with the place where it was said; the value may be a secret, and the place begins a sentence about it.
    package struct Value: Sendable {
        package let text: String
        package let origin: String

        package init(_ text: String, origin: String) {
            self.text = text
            self.origin = origin
        }
    }

    package static let urlOption = "--scylla-url"
    package static let urlVariable = "SCYLLA_URL"

    private var values: [ScyllaSetting: Value] = [:]
    /// What should be done otherwise, though it works.
    package private(set) var warnings: [String] = []

    /// Gathers the settings.
    ///
    /// - Parameters:
    ///   - options: by what they say; empty values are kept, for they say something wrong.
    ///   - url: the argument of `--scylla-url`, in place of which `SCYLLA_URL` is taken when it is nil.
    ///   - variable: looks up a variable of the environment; empty ones count as not set.
    /// - Throws: `InvalidOption` when the URL cannot be read, or a password is given in two ways at once.
    package init(
        options: [ScyllaSetting: String],
        url: String? = nil,
        variable: (String) -> String? = { _ in nil }
    ) throws(InvalidOption) {
        try add(options) { $0.option }
        var isPasswordVisible = options[.password] != nil
        if let url {
            let said = try ScyllaURL(url, origin: Self.urlOption).settings
            isPasswordVisible = isPasswordVisible || said[.password] != nil || said[.keyPassword] != nil
            try add(said) { "\($0.rawValue) in \(Self.urlOption)" }
        } else if let url = variable(Self.urlVariable), !url.isEmpty {
            try add(try ScyllaURL(url, origin: Self.urlVariable).settings) { "\($0.rawValue) in \(Self.urlVariable)" }
        }
        var environment: [ScyllaSetting: String] = [:]
        for setting in ScyllaSetting.allCases {
            guard let value = variable(setting.environmentVariable), !value.isEmpty else { continue }
            environment[setting] = value
        }
        try add(environment) { $0.environmentVariable }
        if isPasswordVisible {
            warnings.append(
                "a password on the command line can be seen by other users: use --scylla-password-file or "
                    + ScyllaSetting.password.environmentVariable
            )
        }
    }

    private mutating func add(
        _ said: [ScyllaSetting: String],
        origin: (ScyllaSetting) -> String
    ) throws(InvalidOption) {
        if said[.password] != nil, said[.passwordFile] != nil {
            throw InvalidOption(origin(.password), "and \(origin(.passwordFile)) exclude each other")
        }
        let missing = ScyllaSetting.allCases.filter { $0.alternatives.allSatisfy { values[$0] == nil } }
        for setting in missing {
            values[setting] = said[setting].map { Value($0, origin: origin(setting)) }
        }
    }

    package subscript(setting: ScyllaSetting) -> Value? { values[setting] }

    /// The place where a setting was made, or the option by which it would be.
    func origin(_ setting: ScyllaSetting) -> String { values[setting]?.origin ?? setting.option }

    /// A value that is not empty; nil when nothing was said.
    ///
    /// - Throws: `InvalidOption` when the value is empty.
    func text(_ setting: ScyllaSetting) throws(InvalidOption) -> String? {
        guard let value = values[setting] else { return nil }
        try InvalidOption.require(value.origin, notEmpty: value.text)
        return value.text
    }

    /// One of a list of words, in any case.
    ///
    /// - Throws: `InvalidOption` with the list.
    func word<T>(_ setting: ScyllaSetting, of words: [(String, T)]) throws(InvalidOption) -> T? {
        guard let text = try text(setting) else { return nil }
        let word = String(text.uppercased().map { $0 == "-" ? "_" : $0 })
        guard let match = words.first(where: { $0.0.uppercased() == word }) else {
            let list = words.map(\.0).joined(separator: ", ")
            throw InvalidOption(origin(setting), "cannot be \"\(text)\": choose one of \(list)")
        }
        return match.1
    }

    /// A time: a number of seconds, or of what its unit says.
    ///
    /// - Throws: `InvalidOption` for anything else, or for no time at all.
    func duration(_ setting: ScyllaSetting) throws(InvalidOption) -> Duration? {
        guard let text = try text(setting) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit: Int? =
            switch text.dropFirst(digits.count) {
            case "ms": 1
            case "", "s": 1000
            case "m": 60_000
            default: nil
            }
        guard let number = Int(digits), let unit, (1...86_400_000).contains(number),
            (1...86_400_000).contains(number * unit)
        else {
            let reason = "must be a time of up to a day, such as 15s, 500ms or 2m, not \"\(text)\""
            throw InvalidOption(origin(setting), reason)
        }
        return .milliseconds(number * unit)
    }
}
