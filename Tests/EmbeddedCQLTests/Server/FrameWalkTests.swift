import CQLWire
import Testing
import WireKit

@testable import EmbeddedCQL

@Suite struct FrameWalkTests {
    private let writeID = PreparedID(bytes: ([PreparedStatements.writeTag] + [UInt8](repeating: 7, count: 15))[...])
    private let readID = PreparedID(bytes: ([PreparedStatements.otherTag] + [UInt8](repeating: 7, count: 15))[...])

    private func frame(_ request: Request, stream: Int16, version: ProtocolVersion = .v4) throws -> [UInt8] {
        var writer = ByteWriter()
        try RequestFrame(version: version, stream: StreamID(rawValue: stream), request: request).encode(into: &writer)
        return writer.bytes
    }

    private func execute(_ id: PreparedID, valueByteCount: Int = 10) -> Request {
        let values = [CQLValueBytes.bytes([UInt8](repeating: 0x61, count: valueByteCount)), .null, .unset]
        let parameters = QueryParameters(consistency: .one, values: .positional(values), defaultTimestamp: 5)
        return .execute(ExecuteRequest(id: id, parameters: parameters))
    }

    private func batch(_ count: Int) -> Request {
        let entry = BatchRequest.Entry(statement: .prepared(writeID), values: [.null])
        return .batch(BatchRequest(kind: .unlogged, entries: Array(repeating: entry, count: count), consistency: .one))
    }

    private func discard(_ bytes: [UInt8]) -> (tally: FrameWalk.Tally, rest: [UInt8], replies: [UInt8]) {
        var input = RawBuffer(capacity: 1)
        var output = RawBuffer(capacity: 1)
        input.append(bytes)
        var tally = FrameWalk.Tally()
        while true {
            let step = FrameWalk.discardWrites(from: &input, answeringInto: &output)
            guard step != FrameWalk.Tally() else { break }
            tally.executes += step.executes
            tally.batches += step.batches
            tally.rows += step.rows
        }
        return (tally, input.readableBytes(), output.readableBytes())
    }

    private func void(stream: Int16, version: ProtocolVersion = .v4) throws -> [UInt8] {
        var writer = ByteWriter()
        try ResponseFrame(version: version, stream: StreamID(rawValue: stream), response: .result(.void))
            .encode(into: &writer)
        return writer.bytes
    }

    @Test func answersWritesAndStopsBeforeOthers() throws {
        let select = try frame(execute(readID), stream: 4)
        let bytes =
            try frame(execute(writeID), stream: 1) + frame(batch(3), stream: 2, version: .v3)
            + frame(batch(0), stream: -3)
            + select + frame(execute(writeID), stream: 5)
        let result = discard(bytes)
        #expect(result.tally == FrameWalk.Tally(executes: 1, batches: 2, rows: 4))
        #expect(try result.replies == void(stream: 1) + void(stream: 2, version: .v3) + void(stream: -3))
        #expect(result.rest.starts(with: select))
    }

    @Test func leavesIncompleteFrames() throws {
        let whole = try frame(execute(writeID), stream: 1)
        let next = try frame(execute(writeID, valueByteCount: 300), stream: 2)
        for count in 0..<next.count {
            let result = discard(whole + next[..<count])
            #expect(result.tally.executes == 1)
            #expect(result.rest == Array(next[..<count]))
        }
        #expect(discard(whole + next).tally.executes == 2)
    }

    @Test func answersMoreThanOneWalkHolds() throws {
        let one = try frame(execute(writeID, valueByteCount: 0), stream: 9)
        let count = 50_000
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes += one }
        let result = discard(bytes)
        #expect(result.tally == FrameWalk.Tally(executes: count, batches: 0, rows: count))
        #expect(result.rest.isEmpty)
        #expect(result.replies.count == count * 13)
    }

    @Test func leavesFramesWithFlagsAndOtherVersions() throws {
        var flagged = try frame(execute(writeID), stream: 1)
        flagged[1] = 0x02
        #expect(discard(flagged).tally == FrameWalk.Tally())
        var foreign = try frame(execute(writeID), stream: 1)
        foreign[0] = 5
        #expect(discard(foreign).tally == FrameWalk.Tally())
        var endless = try frame(execute(writeID), stream: 1)
        endless.replaceSubrange(5..<9, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(discard(endless).tally == FrameWalk.Tally())
    }

    /// Whatever the bytes: nothing beyond them is read, and each answer belongs to a frame.
    @Test(arguments: 0..<4) func survivesAnyBytes(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let frames = try [frame(execute(writeID), stream: 1), frame(batch(2), stream: 2), frame(.options, stream: 3)]
        for _ in 0..<2000 {
            var bytes = (0..<3).flatMap { _ in frames.randomElement(using: &generator) ?? [] }
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            let result = discard(bytes)
            #expect(bytes.suffix(result.rest.count) == result.rest[...])
            #expect(result.replies.count == (result.tally.executes + result.tally.batches) * 13)
            var input = RawBuffer(capacity: 1)
            input.append(bytes)
            if case .frames(let count) = FrameWalk.front(of: input, limit: .max) { #expect(count <= bytes.count) }
        }
    }

    @Test func findsWholeFrames() throws {
        let options = try frame(.options, stream: 1)
        func front(_ bytes: [UInt8], limit: Int = .max) -> FrameWalk.Front {
            var input = RawBuffer(capacity: 1)
            input.append(bytes)
            return FrameWalk.front(of: input, limit: limit)
        }
        #expect(front([]) == .incomplete)
        #expect(front(Array(options[..<8])) == .incomplete)
        #expect(front(options + options + options[..<3]) == .frames(byteCount: 18))
        #expect(front(options + options, limit: 1) == .frames(byteCount: 9))
        #expect(front([5, 0]) == .foreign(firstByte: 5))
        #expect(front([0x84]) == .foreign(firstByte: 0x84))
        #expect(front(options + [7]) == .frames(byteCount: 9))
        #expect(front([4, 0, 0, 0, 7, 0x10, 0, 0, 1]) == .tooLong(0x1000_0001))
        #expect(front([4, 0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF]) == .tooLong(0xFFFF_FFFF))
    }
}
