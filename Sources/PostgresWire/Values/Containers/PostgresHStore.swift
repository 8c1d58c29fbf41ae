package import WireKit

/// `hstore`, of the extension of that name: keys with texts or NULL, in the server's order.
///
/// PostgreSQL source, `contrib/hstore/hstore_io.c`, hstore_send and hstore_out.
package struct PostgresHStore: Hashable, Sendable {
    package struct Pair: Hashable, Sendable {
        package let key: String
        /// `nil` is NULL.
        package let value: String?

        package init(key: String, value: String?) {
            self.key = key
            self.value = value
        }
    }

    /// A server keeps keys once, and sorts them by length and bytes.
    package let pairs: [Pair]

    package init(pairs: [Pair]) {
        self.pairs = pairs
    }

    /// The value of a key; `.some(nil)` is NULL.
    package subscript(key: String) -> String?? { pairs.first { $0.key == key }.map(\.value) }
}

extension PostgresHStore: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("pair count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "pair count", offset: at) }
        var pairs: [Pair] = []
        for _ in 0..<count {
            let at = reader.offset
            guard let key = try string(reader.readNullableValue("key"), at) else {
                throw WireError(.invalidValue("a key is not NULL"), field: "key", offset: at)
            }
            pairs.append(Pair(key: key, value: try string(reader.readNullableValue("hstore value"), reader.offset)))
        }
        return Self(pairs: pairs)
    }

    private static func string(_ bytes: ArraySlice<UInt8>?, _ offset: Int) throws(WireError) -> String? {
        guard let bytes else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw WireError(.invalidUTF8, field: "hstore", offset: offset)
        }
        return text
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        var pairs: [Pair] = []
        guard !reader.isAtEnd else { return Self(pairs: []) }
        repeat {
            let at = reader.offset
            let key = try string(reader.readBackslashQuoted(), at) ?? ""
            try reader.expect("=>")
            let value = reader.skip("NULL") ? nil : try string(reader.readBackslashQuoted(), reader.offset)
            pairs.append(Pair(key: key, value: value))
        } while reader.skip(", ")
        return Self(pairs: pairs)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(pairs.count))
        for pair in pairs {
            writer.writeNullableValue(Array(pair.key.utf8)[...])
            writer.writeNullableValue(pair.value.map { Array($0.utf8)[...] })
        }
    }

    package var postgresText: String {
        pairs.map { pair in
            let value = pair.value.map { "\"\(BackslashEscape.escaped($0))\"" } ?? "NULL"
            return "\"\(BackslashEscape.escaped(pair.key))\"=>\(value)"
        }
        .joined(separator: ", ")
    }
}
