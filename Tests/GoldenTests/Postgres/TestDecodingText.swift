import Foundation
import PostgresWire
import TestSupport
import Testing

/// Changes of pgoutput in the words of the output plugin test_decoding (`contrib/test_decoding/test_decoding.c`).
struct TestDecodingText {
    /// Type names without modifiers, by OID.
    private var typeNames: [UInt32: String] = [:]
    private var relations: [UInt32: PgOutputMessage.Relation] = [:]
    private let printsMessages: Bool

    init(_ meta: [String: Any]) throws {
        printsMessages = (meta["replication_command"] as? String ?? "").contains(#""messages" 'true'"#)
        for case let relation as [String: Any] in (meta["relations_after"] as? [String: Any] ?? [:]).values {
            for case let column as [Any] in relation["columns"] as? [Any] ?? [] where column.count == 4 {
                guard let oid = column[1] as? Int, let name = column[3] as? String else { continue }
                typeNames[UInt32(oid)] = name.replacing(#/\([0-9,]+\)/#, with: "")
            }
        }
    }

    /// The lines of each committed transaction, by transaction id.
    func lines(of trace: ReplicationTrace) throws -> [UInt32: [String]] {
        var renderer = self
        return try trace.transactions { message in
            if case .relation(let relation) = message { renderer.relations[relation.oid] = relation }
            return try renderer.line(message)
        }
    }

    private func line(_ message: PgOutputMessage) throws -> String? {
        switch message {
        case .insert(let insert):
            let relation = try #require(relations[insert.relation])
            return "\(head(relation)) INSERT:\(try row(insert.new, relation, skipsNulls: false))"
        case .update(let update):
            let relation = try #require(relations[update.relation])
            let old = try update.old.map {
                " old-key:\(try row($0.tuple, relation, skipsNulls: true)) new-tuple:"
            }
            return "\(head(relation)) UPDATE:\(old ?? "")\(try row(update.new, relation, skipsNulls: false))"
        case .delete(let delete):
            let relation = try #require(relations[delete.relation])
            return "\(head(relation)) DELETE:\(try row(delete.old.tuple, relation, skipsNulls: true))"
        case .message(let message) where printsMessages:
            return "message: transactional: \(message.isTransactional ? 1 : 0) prefix: \(message.prefix), "
                + "sz: \(message.content.count) content:\(String(decoding: message.content, as: UTF8.self))"
        default: return nil
        }
    }

    private func head(_ relation: PgOutputMessage.Relation) -> String {
        "table \(quoted(relation.namespace)).\(quoted(relation.name)):"
    }

    private func quoted(_ name: String) -> String {
        name.wholeMatch(of: #/[a-z_][a-z0-9_]*/#) != nil ? name : "\"\(name)\""
    }

    private func row(
        _ tuple: TupleData,
        _ relation: PgOutputMessage.Relation,
        skipsNulls: Bool
    ) throws -> String {
        #expect(tuple.columnCount == relation.columns.count)
        var text = ""
        for (column, value) in zip(relation.columns, tuple.values) {
            if skipsNulls, value == .null { continue }
            let type = typeNames[column.type.rawValue] ?? "\(column.type.rawValue)"
            text += " \(quoted(column.name))[\(type)]:\(try self.text(of: value, column.type))"
        }
        return text
    }

    private func text(of value: TupleData.Value, _ type: TypeOID) throws -> String {
        switch value {
        case .null: return "null"
        case .unchangedTOAST: return "unchanged-toast-datum"
        case .text(let bytes): return Self.literal(String(decoding: bytes, as: UTF8.self), type)
        case .binary(let bytes):
            // The user's own types here are enums, whose binary form is their label.
            let isBuiltIn = type.rawValue < 16_384
            let text =
                isBuiltIn ? try PostgresText.render(binary: bytes, type: type) : String(decoding: bytes, as: UTF8.self)
            return Self.literal(text, type)
        }
    }

    private static func literal(_ text: String, _ type: TypeOID) -> String {
        switch type.rawValue {
        case 20, 21, 23, 26, 700, 701, 1700: text
        case 1560, 1562: "B'\(text)'"
        case 16: text == "t" ? "true" : "false"
        default: "'\(text.replacing("'", with: "''"))'"
        }
    }
}

/// What test_decoding printed.
extension TestDecodingText {
    /// A line, or its beginning when the capture shortens it.
    struct Pattern: CustomStringConvertible {
        var description: String

        func matches(_ line: String) -> Bool {
            if description.hasSuffix("…") { return line.hasPrefix(description.dropLast()) }
            return line == description
        }
    }

    /// Some of a transaction's lines, by their place among all.
    struct Transaction {
        var lineCount = 0
        var lines: [(index: Int, pattern: Pattern)] = []

        mutating func append(_ entry: [String: Any]) {
            if let text = entry["data"] as? String {
                lines.append((lineCount, Pattern(description: text)))
                lineCount += 1
                // Of many alike, the beginnings of the first and the last are written down.
            } else if let count = entry["n"] as? Int, let first = entry["first"] as? String {
                lines.append((lineCount, Pattern(description: first + "…")))
                if let last = entry["last"] as? String {
                    lines.append((lineCount + count - 1, Pattern(description: last + "…")))
                }
                lineCount += count
            }
        }
    }

    /// The lines of each transaction, without those that have no counterpart in pgoutput.
    static func expected(_ meta: [String: Any]) throws -> [UInt32: Transaction] {
        let printsMessages = (meta["replication_command"] as? String ?? "").contains(#""messages" 'true'"#)
        var transactions: [UInt32: Transaction] = [:]
        for entry in meta["expected_test_decoding"] as? [[String: Any]] ?? [] {
            let text = entry["data"] as? String ?? entry["first"] as? String ?? ""
            let xidText = entry["xid"] as? String ?? (entry["k"] as? [String])?.first
            guard let xid = xidText.flatMap({ UInt32($0) }) else { continue }
            let isChange = text.hasPrefix("table ") && !text.contains(": TRUNCATE:")
            guard isChange || printsMessages && text.hasPrefix("message: transactional: 1") else { continue }
            transactions[xid, default: Transaction()].append(entry)
        }
        return transactions
    }
}
