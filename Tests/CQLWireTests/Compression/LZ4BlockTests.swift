import CQLWire
import TestSupport
import Testing
import WireKit

@Suite struct LZ4BlockTests {
    private func compressed(_ plain: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        LZ4Block.compress(plain.span, into: &output)
        return output
    }

    @Test(arguments: try CompressionSample.all())
    func blocksOfTheLibraryDecompress(_ sample: CompressionSample) throws {
        for level in ["lz4", "high.lz4"] {
            let block = try sample.block(level)
            #expect(try LZ4Block.decompress(block[...], byteCount: sample.plain.count) == sample.plain)
        }
    }

    /// The library read the approved blocks; ours are the same to the byte.
    @Test(arguments: try CompressionSample.all())
    func ourBlocksAreThoseThatTheLibraryRead(_ sample: CompressionSample) throws {
        let block = compressed(sample.plain)
        #expect(try sample.approvedBlock("lz4", replacedBy: block) == block)
        #expect(try LZ4Block.decompress(block[...], byteCount: sample.plain.count) == sample.plain)
    }

    @Test(arguments: try CompressionSample.all())
    func ourBlocksAreAboutAsSmallAsTheLibrarys(_ sample: CompressionSample) throws {
        let library = try sample.block("lz4")
        #expect(compressed(sample.plain).count <= library.count * 6 / 5 + 8)
    }

    @Test func everyLengthOfEveryPeriodReturns() throws {
        for period in 1...20 {
            for count in 0..<80 {
                let plain = (0..<count).map { UInt8($0 % period) }
                #expect(try LZ4Block.decompress(compressed(plain)[...], byteCount: count) == plain)
            }
        }
    }

    /// A decoder that copies in words relies on them.
    @Test func blocksEndWithFiveLiterals() throws {
        for count in 14..<60 {
            let block = compressed([UInt8](repeating: 7, count: count))
            #expect(block.suffix(5) == [7, 7, 7, 7, 7])
            #expect(block[block.count - 6] == 0x50)
        }
    }

    /// Each is a way to lie to a decoder.
    @Test(arguments: [
        ("literals that are not there", [0x50, 1, 2], 5),
        ("a length that never ends", [0xF0, 255, 255], 1000),
        ("more literals than announced", [0x50, 1, 2, 3, 4, 5], 4),
        ("half an offset", [0x10, 1, 1], 10),
        ("an offset of zero", [0x10, 1, 0, 0, 0], 10),
        ("an offset before the first byte", [0x10, 1, 2, 0, 0], 10),
        ("a copy beyond what was announced", [0x1F, 1, 1, 0, 255, 255, 255, 0, 0], 100),
        ("a copy with no room at all", [0x10, 1, 1, 0, 0], 1),
        ("fewer bytes than announced", [0x50, 1, 2, 3, 4, 5], 6),
        ("nothing", [], 1),
        ("bytes where none were announced", [0x10, 1], 0),
    ])
    func hostileBlocksEndInAnError(_ what: String, _ block: [UInt8], _ byteCount: Int) {
        #expect(throws: WireError.self, "\(what)") { try LZ4Block.decompress(block[...], byteCount: byteCount) }
    }

    @Test func everyTruncationOfABlockIsAnError() throws {
        let plain = Array("the same words and the same words and the same words again".utf8)
        let block = compressed(plain)
        for count in 0..<block.count {
            #expect(throws: WireError.self) { try LZ4Block.decompress(block.prefix(count), byteCount: plain.count) }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func mutatedBlocksNeverYieldMoreThanAnnounced(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let blocks = try CompressionSample.all().map { try $0.block("lz4") }.filter { $0.count < 2000 }
        for block in blocks + blocks + blocks {
            let mutated = random.mutation(of: block)
            if let plain = try? LZ4Block.decompress(mutated[...], byteCount: 6000) { #expect(plain.count == 6000) }
        }
    }
}
