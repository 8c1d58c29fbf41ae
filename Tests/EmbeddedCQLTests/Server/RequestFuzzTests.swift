import CQLWire
import TestSupport
import Testing
import WireKit

@testable import EmbeddedCQL

/// Requests of recorded sessions with their bytes changed: whatever comes of it, the node answers.
@Suite struct RequestFuzzTests {
    private static let captures = [
        "41-query-results", "42-prepare-execute", "44-paging", "49-batch", "50-types-primitive",
        "52-types-collections-tuples-udts", "54-lwt", "60-errors-statement",
    ]

    @Test(arguments: captures) func survivesMutatedRequests(_ capture: String) throws {
        var generator = SeededGenerator(seed: 11)
        let test = try TestDatabase()
        try test.run("CREATE KEYSPACE cap WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        try test.run("CREATE TABLE cap.pg (k int, c int, v text, s int, PRIMARY KEY (k, c))")
        try test.run("CREATE TABLE cap.bt (k int PRIMARY KEY, v text, n bigint)")
        try test.run("CREATE TABLE cap.e1 (k int PRIMARY KEY, v text)")
        try test.run("CREATE TYPE cap.addr (street text, zip int, tags frozen<list<text>>)")
        try test.run("CREATE TYPE cap.person (name text, age int, home frozen<addr>)")
        var runner = RequestRunner(test.database)
        var bodies = try requestBodies(ofCapture: capture)
        // Once as they are, so that there are rows, prepared statements and a keyspace to meet.
        let ids = try recordedIDs(ofCapture: capture)
        for index in bodies.indices {
            _ = answer(bodies[index].bytes, bodies[index].opcode, &runner)
            guard bodies[index].opcode == .prepare, let theirs = ids[bodies[index].stream] else { continue }
            var reader = ByteReader(bodies[index].bytes)
            let request = try Request.decode(.prepare, from: &reader, version: .v4)
            guard case .result(.prepared(let ours)) = runner.run(request).response else { continue }
            // What the recorded server called it is what the later requests ask for.
            for later in bodies.indices { bodies[later].bytes.replaceAll(theirs, with: Array(ours.id.bytes)) }
        }
        var answers = 0
        for _ in 0..<4000 {
            guard let body = bodies.randomElement(using: &generator) else { return }
            var bytes = body.bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) { mutate(&bytes, &generator) }
            if answer(bytes, body.opcode, &runner) { answers += 1 }
        }
        // Many stay well-formed; were there none, nothing behind the codec would be tried.
        #expect(answers > 500)
    }

    /// Runs a body as the connection would: the short way for plain writes, else by the codec.
    private func answer(_ bytes: [UInt8], _ opcode: Opcode.Request, _ runner: inout RequestRunner) -> Bool {
        if opcode == .execute, (try? runner.runPlainExecute(bytes, bytes.indices, version: .v4)) == true { return true }
        if opcode == .batch, (try? runner.runPlainBatch(bytes, bytes.indices, version: .v4)) == true { return true }
        var reader = ByteReader(bytes)
        guard let request = try? Request.decode(opcode, from: &reader, version: .v4) else { return false }
        let response = runner.run(request).response
        var writer = ByteWriter()
        return (try? ResponseFrame(stream: StreamID(rawValue: 1), response: response).encode(into: &writer)) != nil
    }

    private struct Body {
        let stream: StreamID
        let opcode: Opcode.Request
        var bytes: [UInt8]
    }

    /// The ids that PREPARE gave, by stream.
    private func recordedIDs(ofCapture name: String) throws -> [StreamID: [UInt8]] {
        var decoder = FrameDecoder(expecting: .response)
        decoder.append(try Fixtures.bytes("cql/\(name)/server.bin"))
        var ids: [StreamID: [UInt8]] = [:]
        while case .frame(let frame) = decoder.next() {
            guard case .result(.prepared(let prepared)) = try ResponseFrame.decode(frame).response else { continue }
            ids[frame.header.stream] = Array(prepared.id.bytes)
        }
        return ids
    }

    private func requestBodies(ofCapture name: String) throws -> [Body] {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append(try Fixtures.bytes("cql/\(name)/client.bin"))
        var bodies: [Body] = []
        while case .frame(let frame) = decoder.next() {
            guard let opcode = Opcode.Request(rawValue: frame.header.opcode), opcode != .startup else { continue }
            bodies.append(Body(stream: frame.header.stream, opcode: opcode, bytes: Array(frame.body)))
        }
        return bodies
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[at] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
        // Digits, letters and signs change the statement but leave it text.
        default: bytes[at] = Array("0123456789'?,();:abkv= \"-.<>*".utf8).randomElement(using: &generator) ?? 0
        }
    }
}

extension [UInt8] {
    fileprivate mutating func replaceAll(_ old: [UInt8], with new: [UInt8]) {
        guard old.count == new.count, count >= old.count else { return }
        for start in 0...(count - old.count) where self[start..<start + old.count] == old[...] {
            replaceSubrange(start..<start + old.count, with: new)
        }
    }
}
