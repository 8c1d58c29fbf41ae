import CQLWire
import Foundation
import TestSupport
import Testing
import WireKit

/// The values of every result row of the captures are those that an independent decoder wrote beside them.
@Suite struct CQLValueTests {
    /// A value in the JSON form of the captures (`Fixtures/cql/README.md`), without the readable form of floats.
    static func json(_ value: CQLValue?) -> NSObject {
        switch value {
        case nil: NSNull()
        case .ascii(let text), .text(let text): text as NSString
        case .bigint(let number), .counter(let number), .time(let number), .timestamp(let number):
            String(number) as NSString
        case .blob(let bytes), .custom(let bytes): bytes.hexadecimal as NSString
        case .boolean(let flag): flag as NSNumber
        case .date(let days): String(days) as NSString
        case .decimal(let number):
            ["unscaled": number.unscaled.description, "scale": number.scale] as NSDictionary
        case .double(let number): ["bits": hexadecimal(number.bitPattern, width: 16)] as NSDictionary
        case .duration(let value):
            ["months": "\(value.months)", "days": "\(value.days)", "nanos": "\(value.nanoseconds)"] as NSDictionary
        case .float(let number): ["bits": hexadecimal(UInt64(number.bitPattern), width: 8)] as NSDictionary
        case .inet(let address): address.description as NSString
        case .int(let number): String(number) as NSString
        case .smallint(let number): String(number) as NSString
        case .timeuuid(let uuid), .uuid(let uuid): uuid.description as NSString
        case .tinyint(let number): String(number) as NSString
        case .varint(let number): number.description as NSString
        case .list(let elements), .set(let elements), .tuple(let elements): elements.map(json) as NSArray
        case .map(let entries): entries.map { [json($0.key), json($0.value)] } as NSArray
        case .userDefined(let fields): fields.map { [$0.name as NSString, json($0.value)] } as NSArray
        case .empty: ["empty": true] as NSDictionary
        }
    }

    private static func hexadecimal(_ bits: UInt64, width: Int) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    static func withoutReadableFloats(_ object: Any) -> NSObject {
        switch object {
        case let array as [Any]: array.map(withoutReadableFloats) as NSArray
        case var object as [String: Any]:
            {
                if object["bits"] != nil { object["repr"] = nil }
                return object as NSDictionary
            }()
        default: object as? NSObject ?? NSNull()
        }
    }

    /// Follows PREPARE and EXECUTE, for rows that come without metadata.
    private struct PreparedColumns {
        var byID: [PreparedID: [ColumnSpec]] = [:]
        var executed: [StreamID: PreparedID] = [:]

        mutating func note(_ request: RequestFrame) {
            guard case .execute(let execute) = request.request else { return }
            executed[request.stream] = execute.id
        }
    }

    /// Checks one RESULT and says how many values it compared.
    private func check(_ rows: Rows, columns: [ColumnSpec], body: [String: Any], at place: String) throws -> Int {
        guard let expected = (body["rows"] ?? body["rows_first"]) as? [[Any]] else { return 0 }
        #expect(body["row_count"] as? Int == rows.rowCount, "\(place)")
        var cursor = rows.makeCursor()
        var compared = 0
        var seenRows = 0
        while let row = try cursor.next() {
            defer { seenRows += 1 }
            guard seenRows < expected.count else { continue }
            #expect(row.count == expected[seenRows].count)
            for ((bytes, column), json) in zip(zip(row, columns), expected[seenRows]) {
                let value = try bytes.map { try CQLValue.decode($0, as: column.type) }
                let wanted = Self.withoutReadableFloats(json)
                // Long values are shortened in the description.
                if let text = wanted as? String, text.contains("...") { continue }
                if let object = wanted as? [String: Any], object["sha256"] != nil { continue }
                #expect(Self.json(value) == wanted, "\(place), column \(column.name)")
                compared += 1
                guard let value, let bytes else { continue }
                let again = try CQLValue.decode(value.encoded()[...], as: column.type)
                // NaN is not equal to itself, but its constant is.
                #expect(again.literal == value.literal)
                if try value.encoded()[...] != bytes {
                    #expect(Self.isReencodedShorter(value), "\(place), column \(column.name)")
                }
            }
        }
        #expect(seenRows == rows.rowCount)
        return compared
    }

    /// Values whose bytes are not unique: superfluous sign bytes, and nulls left out at a tuple's end.
    private static func isReencodedShorter(_ value: CQLValue) -> Bool {
        switch value {
        case .varint, .decimal, .tuple, .userDefined, .list, .set, .map: true
        default: false
        }
    }

    @Test(arguments: try CQLCapture.allAndExtra())
    func rowsHoldTheValuesOfTheCapture(_ capture: CQLCapture) throws {
        #expect(try compareRows(of: capture) >= 0)
    }

    private func compareRows(of capture: CQLCapture) throws -> Int {
        var prepared = PreparedColumns()
        var compared = 0
        let compression = capture.compression
        for envelope in capture.envelopes where capture.exemption(envelope) == nil {
            let frame = try capture.frame(envelope)
            if envelope.isRequest {
                prepared.note(try RequestFrame.decode(frame, compression: compression))
                continue
            }
            let response = try ResponseFrame.decode(frame, compression: compression)
            guard case .result(let result) = response.response else { continue }
            if case .prepared(let statement) = result { prepared.byID[statement.id] = statement.result.columns }
            guard case .rows(let rows) = result, let json = envelope.bodyJSON,
                let body = try JSONSerialization.jsonObject(with: json) as? [String: Any],
                let columns = rows.metadata.columns
                    ?? prepared.executed[response.stream].flatMap({ prepared.byID[$0] })
            else { continue }
            #expect(columns.count == rows.metadata.columnCount)
            compared += try check(rows, columns: columns, body: body, at: "\(capture) at \(envelope.offset)")
            compareTypes(columns, metadata: body["metadata"] as? [String: Any])
        }
        return compared
    }

    private func compareTypes(_ columns: [ColumnSpec], metadata: [String: Any]?) {
        guard let described = metadata?["cols"] as? [[String]], described.count == columns.count else { return }
        for (column, words) in zip(columns, described) where words.count == 4 {
            #expect([column.table.keyspace, column.table.table, column.name] == Array(words.prefix(3)))
            guard !words[3].contains("{") else { continue }
            let spelled = words[3].replacing("'org.apache.cassandra.db.marshal.DurationType'", with: "duration")
            #expect(
                column.type.description.replacing("'org.apache.cassandra.db.marshal.DurationType'", with: "duration")
                    == spelled
            )
        }
    }

    @Test func manyValuesAreCompared() throws {
        let total = try CQLCapture.all().map(compareRows(of:)).reduce(0, +)
        #expect(total > 5900)
    }

    /// What the author of the statements expected, before anything was decoded.
    @Test func primitiveValuesAreThoseOfTheStatements() throws {
        let capture = try CQLCapture.named("50-types-primitive")
        let meta = try #require(try JSONSerialization.jsonObject(with: capture.metaJSON) as? [String: Any])
        let expected = try #require(meta["expected_values"] as? [[Any]])
        var found: [[NSObject]] = []
        for envelope in capture.envelopes where !envelope.isRequest {
            let response = try ResponseFrame.decode(capture.frame(envelope))
            guard case .result(.rows(let rows)) = response.response, let column = rows.metadata.columns?.first,
                rows.metadata.columnCount == 1
            else { continue }
            var cursor = rows.makeCursor()
            while let row = try cursor.next() {
                let value = try row[0].map { try CQLValue.decode($0, as: column.type) }
                found.append([column.name as NSString, Self.json(value)])
            }
        }
        for entry in expected where entry[3] as? String != "error" {
            let wanted: [NSObject] = [entry[1] as? NSString ?? "", Self.withoutReadableFloats(entry[3])]
            #expect(found.contains(wanted), "\(entry)")
        }
        #expect(expected.count == 145)
    }
}
