package import WireKit

/// `tsvector`: lexemes with the positions and weights at which they occur, in the server's order.
///
/// A lexeme has at most 2046 bytes and 255 positions of 1 to 16383. PostgreSQL source,
/// `src/backend/utils/adt/tsvector.c`, tsvectorsend and tsvectorout.
package struct PostgresTSVector: Hashable, Sendable {
    /// D is the default and is not written.
    package enum Weight: UInt16, Sendable {
        case d, c, b, a
    }

    package struct Position: Hashable, Sendable {
        /// From 1 to 16383.
        package let number: UInt16
        package let weight: Weight
    }

    package struct Lexeme: Hashable, Sendable {
        package let text: String
        package let positions: [Position]
    }

    package let lexemes: [Lexeme]

    static let maximumLexemeByteCount = 2046
    static let maximumPositionCount = 255
}

extension PostgresTSVector: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("lexeme count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "lexeme count", offset: at) }
        var lexemes: [Lexeme] = []
        for _ in 0..<count { lexemes.append(try Lexeme.decode(from: &reader)) }
        return Self(lexemes: lexemes)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        var lexemes: [Lexeme] = []
        guard !reader.isAtEnd else { return Self(lexemes: []) }
        repeat { lexemes.append(try Lexeme.decode(from: &reader)) } while reader.skip(" ")
        return Self(lexemes: lexemes)
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(lexemes.count))
        for lexeme in lexemes {
            writer.writeNullTerminated(lexeme.text)
            writer.writeInteger(UInt16(lexeme.positions.count))
            for position in lexeme.positions {
                writer.writeInteger(position.weight.rawValue << 14 | position.number)
            }
        }
    }

    package var postgresText: String { lexemes.map(\.postgresText).joined(separator: " ") }
}

extension PostgresTSVector.Lexeme {
    fileprivate static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let text = try reader.readNullTerminatedString("lexeme")
        guard text.utf8.count <= PostgresTSVector.maximumLexemeByteCount else {
            throw WireError(.limitExceeded(length: text.utf8.count, limit: 2046), field: "lexeme", offset: at)
        }
        let count = Int(try reader.readInteger("position count", as: UInt16.self))
        guard count <= PostgresTSVector.maximumPositionCount else {
            throw WireError(.limitExceeded(length: count, limit: 255), field: "position count", offset: at)
        }
        var positions: [PostgresTSVector.Position] = []
        for _ in 0..<count {
            let at = reader.offset
            let word = try reader.readInteger("position", as: UInt16.self)
            guard word & 0x3FFF > 0, let weight = PostgresTSVector.Weight(rawValue: word >> 14) else {
                throw WireError(.invalidValue("positions count from 1"), field: "position", offset: at)
            }
            positions.append(.init(number: word & 0x3FFF, weight: weight))
        }
        return Self(text: text, positions: positions)
    }

    fileprivate static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let text = try QuotedLexeme.decode(from: &reader)
        var positions: [PostgresTSVector.Position] = []
        if reader.skip(":") {
            repeat {
                let number = try reader.readDigits(1...5)
                guard (1...0x3FFF).contains(number), positions.count < PostgresTSVector.maximumPositionCount else {
                    throw reader.error("a lexeme has at most 255 positions of 1 to 16383")
                }
                let weight: PostgresTSVector.Weight =
                    reader.skip("A") ? .a : reader.skip("B") ? .b : reader.skip("C") ? .c : .d
                positions.append(.init(number: UInt16(number), weight: weight))
            } while reader.skip(",")
        }
        return Self(text: text, positions: positions)
    }

    fileprivate var postgresText: String {
        let quoted = QuotedLexeme.text(text)
        guard !positions.isEmpty else { return quoted }
        let shown = positions.map { "\($0.number)\(["", "C", "B", "A"][Int($0.weight.rawValue)])" }
        return "\(quoted):\(shown.joined(separator: ","))"
    }
}

/// A lexeme between apostrophes, with those and backslashes doubled.
enum QuotedLexeme {
    /// Reads a lexeme.
    ///
    /// - Throws: `WireError` when something else comes next, or it is too long.
    static func decode(from reader: inout TextReader) throws(WireError) -> String {
        try reader.expect("'")
        var bytes: [UInt8] = []
        while let byte = reader.pop() {
            if byte == UInt8(ascii: "'"), !reader.skip("'") {
                guard bytes.count <= PostgresTSVector.maximumLexemeByteCount, !bytes.contains(0) else {
                    throw reader.error("a lexeme has at most 2046 bytes and no NUL")
                }
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw reader.error("a lexeme is valid UTF-8")
                }
                return text
            }
            if byte == UInt8(ascii: "\\") { try reader.expect("\\") }
            bytes.append(byte)
        }
        throw reader.error("a lexeme ends with an apostrophe")
    }

    static func text(_ lexeme: String) -> String {
        var quoted = "'"
        for scalar in lexeme.unicodeScalars {
            if scalar == "'" || scalar == "\\" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }
}
