/// A map of the protocol that keeps the order of its entries, so that it re-encodes byte for byte.
package struct WireMap<Value: Hashable & Sendable>: Hashable, Sendable {
    /// One key with its value.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: Value

        package init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    package var entries: [Entry]

    package init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// The value of the last entry with this key: what a server's map would hold.
    package subscript(key: String) -> Value? {
        entries.last { $0.key == key }?.value
    }
}

extension WireMap: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Value)...) {
        self.init(entries: elements.map { Entry(key: $0.0, value: $0.1) })
    }
}

/// A `[string map]`.
package typealias StringMap = WireMap<String>
/// A `[string multimap]`.
package typealias StringMultimap = WireMap<[String]>
/// A `[bytes map]`; a value may be null.
package typealias BytesMap = WireMap<ArraySlice<UInt8>?>
