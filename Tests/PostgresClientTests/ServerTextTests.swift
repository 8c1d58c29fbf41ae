import PosixIO
import PostgresClient
import PostgresWire
import TestSupport
import Testing
import WireKit

/// The text output against that of a real server, over many values.
@Suite(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
struct ServerTextTests {
    private static let seed: UInt64 = 0x7E87

    /// Any bits, numbers whose rounding interval ends at a short decimal, and neighbours of powers of two.
    private static func doubles() -> [Double] {
        var random = SeededRandom(seed: seed)
        var values = (0..<600).map { _ in Double(bitPattern: random.next()) }
        values += (0..<400).map { _ in Double(Int64.random(in: 1 << 53...1 << 57, using: &random)) }
        values += (0..<300).map { _ in Double(Int64.random(in: -1_000_000...1_000_000, using: &random)) / 1000 }
        for exponent in stride(from: -1074, through: 1023, by: 7) {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            values += [power, power.nextDown, power.nextUp]
        }
        return values.filter(\.isFinite)
    }

    private static func reals() -> [Float] {
        var random = SeededRandom(seed: seed)
        var values = (0..<600).map { _ in Float(bitPattern: UInt32.random(in: 0...(.max), using: &random)) }
        for exponent in stride(from: -149, through: 127, by: 2) {
            let power = Float(sign: .plus, exponent: exponent, significand: 1)
            values += [power, power.nextDown, power.nextUp]
        }
        return values.filter(\.isFinite)
    }

    private func texts(_ sql: String, _ values: [String], type: TypeOID) async throws -> [String] {
        let server = try await PostgresServer.shared()
        return try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            let list = PostgresParameter("{" + values.joined(separator: ",") + "}", type: type)
            let result = try await connection.query(sql, [list])
            return try result.rows.map { try $0.decode(String.self, 0) }
        }
    }

    @Test func doublesAreWrittenAsTheServerWritesThem() async throws {
        let values = Self.doubles()
        let expected = try await texts("SELECT unnest($1)", values.map { "\($0)" }, type: .float8Array)
        #expect(values.map { PostgresFloat.text($0) } == expected)
    }

    @Test func realsAreWrittenAsTheServerWritesThem() async throws {
        let values = Self.reals()
        let expected = try await texts("SELECT unnest($1)", values.map { "\($0)" }, type: .float4Array)
        #expect(values.map { PostgresFloat.text($0) } == expected)
    }

    /// Expressions over `g` and `random()`, each with the type whose binary form is rendered.
    private static let expressions: [(sql: String, type: TypeOID)] = [
        ("(random() * 4e9 - 2e9)::bigint", .int8),
        ("(random() - 0.5)::numeric * (10::numeric ^ (g % 60 - 30))", .numeric),
        ("round((random() * 1e6)::numeric, g % 20)", .numeric),
        ("'2000-01-01'::date + ((random() - 0.4) * 4000000)::int", .date),
        ("'1500-01-01'::timestamp + random() * interval '9000 years'", .timestamp),
        ("'0001-01-02'::timestamptz - random() * interval '4000 years'", .timestamptz),
        ("'00:00'::time + random() * interval '1 day'", .time),
        ("make_time(g % 24, g % 60, 1.5) AT TIME ZONE make_interval(secs => g * 7 - 3000)", .timetz),
        (
            """
            make_interval(months => (random() * 100 - 50)::int, days => (random() * 60 - 30)::int,
                          secs => random() * 1e6 - 5e5) * (g % 3)
            """, .interval
        ),
        ("set_masklen('1.2.3.4'::inet + (random() * 1e9)::bigint, g % 33)", .inet),
        ("set_masklen('::'::inet + (1::bigint << (g % 62)), g % 129)", .inet),
        ("set_masklen('2001:db8::'::cidr, g % 129)::inet", .inet),
        ("network(set_masklen('1.2.3.4'::inet, g % 33))", .cidr),
        ("md5(g::text)::uuid", .uuid), ("decode(md5(g::text), 'hex')", .bytea),
        ("jsonb_build_object('k', g, 'a', ARRAY[g, NULL], 's', chr(34) || chr(92) || chr(8364))", .jsonb),
        ("ARRAY[g::text, NULL, 'NULL', '', 'a b', chr(34), chr(92), '{', chr(9), chr(8364), 'null']", .textArray),
        ("ARRAY[ARRAY[g, NULL], ARRAY[1, -g]]", .int4Array),
        ("('[' || g % 5 - 2 || ':' || g % 5 - 1 || ']={1.50,NULL}')::numeric[]", .numericArray),
        ("ARRAY['2000-01-01'::timestamptz + g * interval '1.5 h', 'infinity', NULL]", .timestamptzArray),
        ("ARRAY[random(), 'NaN', '-Infinity']::float8[]", .float8Array),
        ("ARRAY[decode(md5(g::text), 'hex')]", .byteaArray), ("ARRAY[jsonb_build_array(g, 'x')]", .jsonbArray),
        ("chr(g % 127 + 1)::\"char\"", .char), ("g::text::char(8)", .bpchar), ("g % 2 = 0", .bool),
    ]

    @Test(arguments: expressions.indices)
    func valuesAreWrittenAsTheServerWritesThem(_ index: Int) async throws {
        let (expression, type) = Self.expressions[index]
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            let sql = """
                WITH v AS MATERIALIZED (SELECT \(expression) AS v FROM generate_series(1, 500) g)
                SELECT v, CASE WHEN pg_typeof(v)::text IN ('"char"', 'character', 'inet', 'cidr', 'boolean')
                               THEN format('%s', v) ELSE v::text END
                FROM v
                """
            try await connection.startCopyOut("COPY (\(sql)) TO STDOUT (FORMAT binary)")
            var rowCount = 0
            while let data = try await connection.nextCopyData() {
                var reader = ByteReader(data)
                if data.starts(with: "PGCOPY".utf8) { _ = try reader.readBytes(19, "header") }
                guard try reader.readInteger("field count", as: Int16.self) == 2 else { continue }
                let value = try #require(try reader.readNullableValue("value"))
                let text = try #require(try reader.readNullableValue("text"))
                #expect(
                    try PostgresText.render(binary: value, type: type) == String(decoding: text, as: UTF8.self),
                    "\(expression)"
                )
                rowCount += 1
            }
            #expect(rowCount == 500)
        }
    }
}
