/// The text forms of an interval.
///
/// PostgreSQL source, `src/backend/utils/adt/datetime.c`, EncodeInterval.
extension PostgresInterval {
    /// The text in a style.
    package func text(_ style: Style) -> String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        switch style {
        case .postgres: return postgresStyleText
        case .postgresVerbose: return verboseText
        case .sqlStandard: return sqlStandardText
        case .iso8601: return iso8601Text
        }
    }

    private var yearPart: Int { Int(months) / 12 }
    private var monthPart: Int { Int(months) % 12 }
    private var dayPart: Int { Int(days) }
    private var hourPart: Int { Int(microseconds / 3_600_000_000) }
    private var minutePart: Int { Int(microseconds / 60_000_000 % 60) }
    private var secondPart: Int { Int(microseconds / 1_000_000 % 60) }

    private var fractionText: String { Digits.fraction(Int(microseconds.magnitude % 1_000_000)) }

    /// `HH:MM:SS.ffffff` without a sign.
    private func clockText(hourWidth: Int) -> String {
        "\(Digits.padded(abs(hourPart), hourWidth)):\(Digits.padded(abs(minutePart), 2)):"
            + Digits.padded(abs(secondPart), 2) + fractionText
    }

    private var postgresStyleText: String {
        var parts: [String] = []
        var isAfterNegative = false
        for (value, unit) in [(yearPart, "year"), (monthPart, "mon"), (dayPart, "day")] where value != 0 {
            // A positive field behind a negative one carries its sign, so that the text reads back the same.
            parts.append("\(isAfterNegative && value > 0 ? "+" : "")\(value) \(unit)\(value == 1 ? "" : "s")")
            isAfterNegative = value < 0
        }
        if microseconds != 0 || parts.isEmpty {
            parts.append((microseconds < 0 ? "-" : isAfterNegative ? "+" : "") + clockText(hourWidth: 2))
        }
        return parts.joined(separator: " ")
    }

    /// The first field decides whether the whole is `ago`; fields of the other sign are then negative.
    private var verboseText: String {
        var text = "@"
        var isAgo: Bool?
        let fields = [
            (yearPart, "year"), (monthPart, "mon"), (dayPart, "day"), (hourPart, "hour"), (minutePart, "min"),
        ]
        for (value, unit) in fields where value != 0 {
            let isBefore = isAgo ?? (value < 0)
            isAgo = isBefore
            let shown = isBefore ? -value : value
            text += " \(shown) \(unit)\(shown == 1 ? "" : "s")"
        }
        if secondPart != 0 || !fractionText.isEmpty {
            let isBefore = isAgo ?? (microseconds < 0)
            isAgo = isBefore
            let sign = (microseconds < 0) == isBefore ? "" : "-"
            let isOne = abs(secondPart) == 1 && fractionText.isEmpty
            text += " \(sign)\(abs(secondPart))\(fractionText) sec\(isOne ? "" : "s")"
        }
        if isAgo == nil { text += " 0" }
        return isAgo == true ? text + " ago" : text
    }

    private var sqlStandardText: String {
        let hasNegative = months < 0 || days < 0 || microseconds < 0
        let hasPositive = months > 0 || days > 0 || microseconds > 0
        let hasDayTime = days != 0 || microseconds != 0
        guard hasNegative || hasPositive else { return "0" }
        let yearMonth = "\(abs(yearPart))-\(abs(monthPart))"
        guard !(hasNegative && hasPositive), months == 0 || !hasDayTime else {
            // The standard has no such interval: every part carries its sign.
            return "\(months < 0 ? "-" : "+")\(yearMonth) \(days < 0 ? "-" : "+")\(abs(dayPart)) "
                + (microseconds < 0 ? "-" : "+") + clockText(hourWidth: 1)
        }
        let sign = hasNegative ? "-" : ""
        if months != 0 { return sign + yearMonth }
        return sign + (days != 0 ? "\(abs(dayPart)) " : "") + clockText(hourWidth: 1)
    }

    private var iso8601Text: String {
        guard months != 0 || days != 0 || microseconds != 0 else { return "PT0S" }
        var text = "P"
        for (value, unit) in [(yearPart, "Y"), (monthPart, "M"), (dayPart, "D")] where value != 0 {
            text += "\(value)\(unit)"
        }
        if microseconds != 0 { text += "T" }
        for (value, unit) in [(hourPart, "H"), (minutePart, "M")] where value != 0 { text += "\(value)\(unit)" }
        if secondPart != 0 || !fractionText.isEmpty {
            text += "\(microseconds < 0 ? "-" : "")\(abs(secondPart))\(fractionText)S"
        }
        return text
    }
}
