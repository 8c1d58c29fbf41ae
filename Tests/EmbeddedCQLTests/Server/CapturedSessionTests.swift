import CQLWire
import Foundation
import TestSupport
import Testing
import WireKit

@testable import EmbeddedCQL

/// Sessions recorded from a real server, run again: the node must answer as it did.
@Suite struct CapturedSessionTests {
    /// A capture, what must be there before, and the requests that the node answers differently on purpose.
    struct Session: CustomTestStringConvertible {
        let name: String
        var preparation: [String] = []
        /// The streams of requests that the node answers differently on purpose.
        let different: Set<Int16>
        var testDescription: String { name }
    }

    static let sessions = [
        // JSON.
        Session(name: "41-query-results", different: [12]),
        Session(
            name: "42-prepare-execute",
            // 27 asks for a write time that the recorded server's clock gave, the others for the cluster's name.
            different: [27, 38, 39]
        ),
        Session(name: "43-prepared-schema-change", preparation: ["CREATE TABLE p2 (k int PRIMARY KEY)"], different: []),
        Session(
            name: "49-batch",
            // Counters.
            different: [4, 6, 8, 13, 14, 27, 30]
        ),
        Session(name: "50-types-primitive", different: []),
        Session(
            name: "52-types-collections-tuples-udts",
            preparation: [
                "CREATE TYPE addr (street text, zip int, tags frozen<list<text>>)",
                "CREATE TYPE person (name text, age int, home frozen<addr>)",
            ],
            // An exception of Java, for a null in a list.
            different: [67]
        ),
        // JSON.
        Session(name: "54-lwt", different: [32]),
        Session(
            name: "60-errors-statement",
            preparation: ["CREATE TABLE e1 (k int PRIMARY KEY, v text)", "CREATE TYPE addr (x int)"],
            // Counters, indexes, roles, triggers; 35 quotes an exception of Java.
            different: [4, 28, 35, 44, 45, 47, 49]
        ),
    ]

    @Test(arguments: sessions) func isAnsweredAlike(_ session: Session) throws {
        let exchanges = try Exchange.all(ofCapture: session.name)
        #expect(exchanges.count > 10)
        var replay = try Replay(session.preparation)
        for exchange in exchanges {
            let answer = replay.answer(to: exchange)
            let isDifferent = session.different.contains(exchange.stream)
            if isDifferent {
                #expect(answer.comparable != exchange.response.comparable, "\(exchange.stream): listed but alike")
            } else {
                #expect(answer.comparable == exchange.response.comparable, "\(exchange.stream): \(exchange.request)")
            }
        }
    }
}

/// A request with the response that the real server gave.
private struct Exchange {
    let stream: Int16
    let request: Request
    let response: Response

    static func all(ofCapture name: String) throws -> [Exchange] {
        var responses: [StreamID: Response] = [:]
        for frame in try frames("cql/\(name)/server.bin", .response) {
            let response = try ResponseFrame.decode(frame)
            responses[response.stream] = response.response
        }
        return try frames("cql/\(name)/client.bin", .request).compactMap { frame in
            guard let request = try? RequestFrame.decode(frame), let response = responses[request.stream] else {
                return nil
            }
            if case .startup = request.request { return nil }
            return Exchange(stream: request.stream.rawValue, request: request.request, response: response)
        }
    }

    private static func frames(_ path: String, _ direction: FrameHeader.Direction) throws -> [Frame] {
        var decoder = FrameDecoder(expecting: direction)
        decoder.append(try Fixtures.bytes(path))
        var frames: [Frame] = []
        while case .frame(let frame) = decoder.next() { frames.append(frame) }
        return frames
    }
}

/// Runs requests on a fresh database, with the recorded server's prepared ids taken for ours.
private struct Replay {
    private let database: TestDatabase
    private var runner: RequestRunner
    private var ids: [PreparedID: PreparedID] = [:]

    init(_ preparation: [String]) throws {
        database = try TestDatabase()
        runner = RequestRunner(database.database)
        for name in ["cap", "cap3"] {
            try database.run(
                "CREATE KEYSPACE \(name) WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}"
            )
        }
        database.keyspace = "cap"
        for statement in preparation { try database.run(statement) }
    }

    mutating func answer(to exchange: Exchange) -> Response {
        let answer = runner.run(translated(exchange.request)).response
        if case .result(.prepared(let ours)) = answer, case .result(.prepared(let theirs)) = exchange.response {
            ids[theirs.id] = ours.id
        }
        return answer
    }

    private func translated(_ request: Request) -> Request {
        switch request {
        case .execute(var execute):
            execute.id = ids[execute.id] ?? execute.id
            return .execute(execute)
        case .batch(var batch):
            batch.entries = batch.entries.map { entry in
                guard case .prepared(let id) = entry.statement else { return entry }
                return .init(statement: .prepared(ids[id] ?? id), values: entry.values)
            }
            return .batch(batch)
        default: return request
        }
    }
}

extension Response {
    /// What must be equal: of an error its code and wording, of a result its rows and its metadata.
    fileprivate var comparable: String {
        switch self {
        case .error(let error): "\(error.code) \(Self.wording(error.message))"
        case .result(.void), .result(.schemaChange): "done"
        case .result(.rows(let rows)):
            "rows \(Self.describe(rows.metadata)) \(rows.rowCount) \(rows.content.hexadecimal)"
        case .result(.prepared(let prepared)):
            "prepared \(Self.describe(prepared.markers)) \(prepared.partitionKeyIndices) \(Self.describe(prepared.result))"
        default: "\(self)"
        }
    }

    private static func describe(_ metadata: RowsMetadata) -> String {
        // Where no columns are described, it means nothing that they share a table.
        let flags = metadata.columns == nil ? metadata.flags.subtracting(.globalTablesSpec) : metadata.flags
        return "\(flags.rawValue) \(metadata.columnCount) \(describe(metadata.columns ?? []))"
    }

    private static func describe(_ columns: [ColumnSpec]) -> String {
        columns.map { "\($0.table.keyspace).\($0.table.table).\($0.name) \($0.type.withoutFrozen)" }.joined(
            separator: ", "
        )
    }

    /// The node words these as ScyllaDB does, or leaves out the part of the statement that is quoted at the end.
    private static func wording(_ message: String) -> String {
        if message.hasPrefix("line "), let quote = message.range(of: " (", options: .backwards) {
            return String(message[..<quote.lowerBound])
        }
        if message.hasPrefix("Prepared query with ID ") { return "Prepared query with ID" }
        if message == "table nope does not exist" { return "unconfigured table nope" }
        return message
    }
}
