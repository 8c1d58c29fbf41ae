import Foundation
import PosixIO
import PostgresClient
import PostgresWire
import WireKit

/// Takes part in `Tests/Oracles/postgres_values.py`: reads every value of every table of schema `exchange` in both forms and
/// writes it back, the one that came as text in binary form and the one that came in binary form as text.
///
/// What is written must be what the server writes, byte by byte; the script then looks at the values with the server's
/// and psycopg's eyes. The server is named by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE.
@main
struct ValueExchange {
    static func main() async {
        do {
            let wrongCount = try await exchangeAll()
            guard wrongCount > 0 else { return }
            print("\(wrongCount) values are not what the server has")
        } catch {
            print("\(error)")
        }
        exit(1)
    }

    /// Returns how many values of all tables were wrong.
    private static func exchangeAll() async throws -> Int {
        let lane = try Lane(name: "exchange")
        defer { lane.stop() }
        return try await lane.run { (lane) in
            let connection = try await PostgresConnection.connect(try configuration(), on: lane.loop)
            defer { connection.close() }
            let tables = try await connection.query(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1",
                [.text("exchange")]
            )
            guard !tables.rows.isEmpty else { throw Failure(description: "schema exchange has no tables") }
            var wrongCount = 0
            for row in tables.rows {
                wrongCount += try await exchange(try row.decode(String.self, 0), connection)
            }
            return wrongCount
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static func configuration() throws -> PostgresConfiguration {
        let environment = ProcessInfo.processInfo.environment
        guard let host = environment["PGHOST"], let port = environment["PGPORT"].flatMap({ UInt16($0) }) else {
            throw Failure(description: "PGHOST and PGPORT must name the server")
        }
        return PostgresConfiguration(
            endpoints: [.tcp(host: host, port: port)],
            user: environment["PGUSER"] ?? "postgres",
            password: environment["PGPASSWORD"].map { Credential($0) },
            database: environment["PGDATABASE"] ?? "postgres"
        )
    }

    /// Reads and writes back one table; returns how many values were wrong.
    private static func exchange(_ table: String, _ connection: PostgresConnection) async throws -> Int {
        let name = "exchange." + SQLText.identifier(table)
        let began = ContinuousClock.now
        var wrong = Mismatches(table: table)
        let sql = "SELECT i, v FROM \(name) ORDER BY i"
        let texts = try await connection.queryValues(sql, resultFormat: .text)
        let binaries = try await connection.queryValues(sql, resultFormat: .binary)
        let oid = texts.columns[1].type
        guard let type = try await connection.types(of: [oid])[oid], texts.rows.count == binaries.rows.count else {
            throw Failure(description: "\(table): the results are of different sizes")
        }
        let rows = zip(texts.rows, binaries.rows)
        for chunk in Array(rows).chunks(of: 10_000) {
            var parameters: [PostgresParameter] = []
            var places: [String] = []
            for (text, binary) in chunk {
                let index = try text.decode(Int32.self, 0)
                let pair = wrong.noting(index) { try values(text, binary, of: type) }
                guard let (fromText, fromBinary) = pair else { continue }
                let number = parameters.count
                places.append("(\(index), $\(number + 1), $\(number + 2))")
                parameters.append(try PostgresParameter(fromText, as: type, format: .binary))
                parameters.append(try PostgresParameter(fromBinary, as: type, format: .text))
            }
            guard !places.isEmpty else { continue }
            let list = places.joined(separator: ", ")
            _ = try await connection.query(
                "INSERT INTO exchanged.\(SQLText.identifier(table)) VALUES \(list)",
                parameters
            )
        }
        wrong.report(count: texts.rows.count, type: type.name, in: .now - began)
        return wrong.count
    }

    /// A row's value from both forms, if what we make of it is what the server sent.
    private static func values(
        _ text: PostgresRow,
        _ binary: PostgresRow,
        of type: PostgresType
    ) throws -> (PostgresValue, PostgresValue) {
        guard let fromText = try text.value(at: 1), let fromBinary = try binary.value(at: 1) else {
            throw Failure(description: "NULL")
        }
        let sentText = Array(try text.bytes(at: 1) ?? [])
        let sentBinary = Array(try binary.bytes(at: 1) ?? [])
        for value in [fromText, fromBinary] {
            let ourText = try value.encoded(as: type, .text)
            guard ourText == sentText else {
                throw Failure(description: "'\(shown(ourText))' is printed '\(shown(sentText))'")
            }
            // A tsquery's text does not tell a & (b & c) from (a & b) & c.
            if type.base == .tsquery, value == fromText { continue }
            let ourBinary = try value.encoded(as: type, .binary)
            guard ourBinary == sentBinary else {
                throw Failure(
                    description: "'\(shown(sentText))': binary \(ourBinary.prefix(60)), not \(sentBinary.prefix(60))"
                )
            }
        }
        return (fromText, fromBinary)
    }

    private static func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(200), as: UTF8.self) }
}

/// The first few of what is wrong with a table.
private struct Mismatches {
    let table: String
    private(set) var count = 0

    init(table: String) {
        self.table = table
    }

    mutating func noting<T>(_ index: Int32, _ body: () throws -> T) -> T? {
        do {
            return try body()
        } catch {
            count += 1
            if count <= 3 { print("\(table), value \(index): \(error)") }
            return nil
        }
    }

    func report(count total: Int, type: String, in duration: Duration) {
        let time = duration.formatted(.units(allowed: [.milliseconds]))
        print(
            "\(table): \(total - count) of \(total) values of \(type) are written as the server writes them (\(time))"
        )
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
