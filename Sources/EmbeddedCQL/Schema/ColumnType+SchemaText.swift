import CQLWire

extension ColumnType {
    /// The type as servers tell it of a column: what is inside of something frozen is frozen too, and a tuple always is.
    var schemaText: String { schemaText(isFrozen: false) }

    private func schemaText(isFrozen: Bool) -> String {
        func inner(_ type: ColumnType) -> String { type.schemaText(isFrozen: isFrozen) }
        let text: String
        switch self {
        case .frozen(let type): return type.schemaText(isFrozen: true)
        case .tuple(let elements):
            let texts = elements.map { $0.schemaText(isFrozen: true) }
            return "frozen<tuple<\(texts.joined(separator: ", "))>>"
        case .list(let element): text = "list<\(inner(element))>"
        case .set(let element): text = "set<\(inner(element))>"
        case .map(let key, let value): text = "map<\(inner(key)), \(inner(value))>"
        case .userDefined: text = description
        default: return description
        }
        return isFrozen ? "frozen<\(text)>" : text
    }
}
