import CQLClient
import CQLWire
import SchemaTranslation
import TestSupport
import Testing
import WireKit

@testable import Migration

@Suite struct CopyLoopTests {
    /// Runs a stream through the loop in pieces of `chunk` bytes; rows for the careful path are converted by it, as the
    /// reader does.
    ///
    /// Every frame is answered at once.
    private func run(
        _ stream: [UInt8],
        _ plan: TablePlan,
        chunk: Int = .max,
        streamCount: Int = 64
    ) throws -> (values: [[UInt8]], rejections: [Rejection], floored: Int, end: CopyLoop.Step) {
        let template = RowTemplate(id: [1, 2, 3], consistency: .one, version: 4)
        let window = BulkWindow(streamCount: streamCount, maximumByteCount: 1 << 20)
        let windows = BulkWindows(window, template)
        var loop = CopyLoop(plan, nullLength: -2, timestamp: 42)
        let conversion = RowConversion(plan, nullLength: -2)
        var input = RawBuffer(capacity: 64)
        var rest = stream[...]
        var values: [[UInt8]] = []
        var rejections: [Rejection] = []
        var floored = 0
        func collect() throws {
            var bytes: [UInt8] = []
            window.takeUnsent { bytes += $0 }
            values += try Self.values(ofFrames: bytes)
            window.releaseAll()
        }
        while true {
            let step = loop.consume(&input, into: windows)
            try collect()
            switch step {
            case .windowFull: continue
            case .needInput:
                guard !rest.isEmpty else { return (values, rejections, floored + loop.flooredCount, step) }
                let piece = rest.prefix(chunk)
                input.append(piece)
                rest = rest.dropFirst(piece.count)
            case .careful(let tuple):
                let offset = tuple.lowerBound - input.readIndex
                let message = input.take(tuple.upperBound - input.readIndex)
                switch try conversion.convert(message[offset...]) {
                case .success(let converted):
                    values.append(converted.values)
                    floored += converted.flooredCount
                case .failure(let rejection): rejections.append(rejection)
                }
            case .endOfData, .malformed:
                return (values, rejections, floored + loop.flooredCount, step)
            }
        }
    }

    /// The `<n><value>…` of each EXECUTE frame, decoded by the codec that servers use.
    private static func values(ofFrames bytes: [UInt8]) throws -> [[UInt8]] {
        var reader = ByteReader(bytes)
        var values: [[UInt8]] = []
        while reader.remaining > 0 {
            let header = try FrameHeader.decode(from: &reader)
            #expect(header.opcode == Opcode.Request.execute.rawValue)
            let body = try reader.readBytes(header.bodyLength, "body")
            // id (2 + 3), consistency (2), flags (1) … timestamp (8)
            #expect(Array(body.prefix(8)) == [0, 3, 1, 2, 3, 0, 1, 0x21])
            #expect(Array(body.suffix(8)) == [0, 0, 0, 0, 0, 0, 0, 42])
            values.append(Array(body.dropFirst(8).dropLast(8)))
        }
        return values
    }

    private static let plan = makePlan([
        (.bigint, .identical), (.text, .identical), (.decimal, .numeric), (.timestamp, .timestamp), (.date, .date),
        (.time, .time), (.inet, .inet), (.text, .jsonb), (.frozenList(.timestamp), .array(element: .timestamp)),
        (.text, .text), (.blob, .identical),
    ])

    private static func randomField(_ column: Int, _ random: inout SeededRandom) -> [UInt8]? {
        if column > 0, random.next() % 5 == 0 { return nil }
        func micros() -> Int64 { Int64.random(in: -(1 << 52)...(1 << 52), using: &random) }
        switch column {
        case 0: return CopyStream.bytes(Int64.random(in: .min ... .max, using: &random))
        case 1, 10:
            return (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 32...126, using: &random) }
        case 2:
            let count = Int.random(in: 0...7, using: &random)
            let digits = (0..<count).map { _ in UInt16.random(in: 1...9999, using: &random) }
            let weight = Int16.random(in: -2...6, using: &random)
            let scale = UInt16(max(0, 4 * (count - Int(weight) - 1)))
            let signs: [UInt16] = [0, 0, 0x4000, 0x4000, 0xC000]
            return CopyStream.numeric(
                digits,
                weight: weight,
                sign: signs.randomElement(using: &random) ?? 0,
                scale: scale
            )
        case 3: return CopyStream.bytes(random.next() % 20 == 0 ? Int64.max : micros())
        case 4: return CopyStream.bytes(Int32.random(in: .min ... .max, using: &random))
        case 5: return CopyStream.bytes(Int64.random(in: 0...86_400_000_000, using: &random))
        case 6: return [2, random.next() % 9 == 0 ? 24 : 32, 0, 4, 1, 2, 3, 4]
        case 7: return [1] + Array("{\"a\": 1}".utf8)
        case 8:
            let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in CopyStream.bytes(micros()) as [UInt8]?
            }
            return CopyStream.array(random.next() % 9 == 0 ? elements + [nil] : elements, elementType: 1184)
        default: return Array("größer".utf8)
        }
    }

    /// The loop and the careful path are two implementations of the same rules: random rows must come out the same.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithTheCarefulPathOnRandomRows(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let tuples = (0..<2000).map { _ in
            CopyStream.tuple((0..<Self.plan.columns.count).map { Self.randomField($0, &random) })
        }
        let conversion = RowConversion(Self.plan, nullLength: -2)
        var expected: [[UInt8]] = []
        var rejections: [Rejection] = []
        var floored = 0
        for tuple in tuples {
            switch try conversion.convert(tuple[...]) {
            case .success(let converted):
                expected.append(converted.values)
                floored += converted.flooredCount
            case .failure(let rejection): rejections.append(rejection)
            }
        }
        #expect(expected.count > 500 && rejections.count > 100, "the rows do not exercise both paths, seed \(seed)")
        let result = try run(CopyStream.messages(tuples), Self.plan)
        // The careful path's rows overtake frames of the loop, so the order differs.
        #expect(Set(result.values) == Set(expected), "seed \(seed)")
        #expect(result.values.count == expected.count)
        #expect(result.rejections == rejections)
        #expect(result.floored == floored)
        #expect(result.end == .endOfData)
    }

    @Test func theStreamMayArriveInAnyPieces() throws {
        var random = SeededRandom(seed: 7)
        let tuples = (0..<40).map { _ in
            CopyStream.tuple((0..<Self.plan.columns.count).map { Self.randomField($0, &random) })
        }
        let stream = CopyStream.messages(tuples)
        let whole = try run(stream, Self.plan)
        for chunk in [1, 2, 7, 100] {
            let pieces = try run(stream, Self.plan, chunk: chunk)
            #expect(pieces.values == whole.values && pieces.rejections == whole.rejections, "in pieces of \(chunk)")
        }
        #expect(try Set(run(stream, Self.plan, streamCount: 1).values) == Set(whole.values))
    }

    @Test func aRowLargerThanASegmentGetsThrough() throws {
        let plan = makePlan([(.bigint, .identical), (.blob, .identical)])
        let large = [UInt8](repeating: 7, count: 300_000)
        let small = CopyStream.tuple([CopyStream.bytes(Int64(2)), [1]])
        let tuples = [small, CopyStream.tuple([CopyStream.bytes(Int64(1)), large]), small]
        #expect(try run(CopyStream.messages(tuples), plan).values == tuples)
    }

    @Test func brokenStreamsAreMalformedAndNothingElseHappens() throws {
        let plan = makePlan([(.bigint, .identical)])
        let noHeader: [UInt8] = [UInt8(ascii: "d"), 0, 0, 0, 24] + [UInt8](repeating: 0, count: 20)
        guard case .malformed = try run(noHeader, plan).end else {
            _ = Issue.record("a header of zeroes passed")
            return
        }
        guard case .malformed = try run([UInt8(ascii: "d"), 0, 0, 0, 3], plan).end else {
            _ = Issue.record("a length below four passed")
            return
        }
        guard case .malformed = try run([UInt8(ascii: "d"), 0xFF, 0xFF, 0xFF, 0xFF], plan).end else {
            _ = Issue.record("a length of 4 GiB passed")
            return
        }
    }

    @Test func mutatedStreamsNeverTrap() throws {
        var random = SeededRandom(seed: 99)
        let tuples = (0..<20).map { _ in
            CopyStream.tuple((0..<Self.plan.columns.count).map { Self.randomField($0, &random) })
        }
        let stream = CopyStream.messages(tuples)
        var ends = 0
        for _ in 0..<800 {
            var mutated = stream
            for _ in 0...Int.random(in: 0...3, using: &random) {
                mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // A WireError of the careful path is one of the good ends.
            if (try? run(mutated, Self.plan)) != nil { ends += 1 }
        }
        #expect(ends > 0)
    }
}
