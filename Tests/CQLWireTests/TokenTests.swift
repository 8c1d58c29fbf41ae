import CQLWire
import Foundation
import TestSupport
import Testing

@Suite struct TokenTests {
    /// A line of `tokens.csv`, without the values' JSON.
    struct Sample {
        let types: [String]
        let components: [ArraySlice<UInt8>]
        let routingKey: [UInt8]
        let token: Int64
    }

    static func bytes(hex: Substring) -> [UInt8] {
        stride(from: 0, to: hex.utf8.count, by: 2).compactMap { position in
            let start = hex.index(hex.startIndex, offsetBy: position)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
        }
    }

    static func samples() throws -> [Sample] {
        let text = String(decoding: try Fixtures.bytes("cql/tokens.csv"), as: UTF8.self)
        return try text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            // The JSON in the middle is the only column that may hold commas.
            let head = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            let tail = line.split(separator: ",", omittingEmptySubsequences: false).suffix(2)
            let routingKey = bytes(hex: try #require(tail.first))
            let components =
                head[1].isEmpty
                ? [routingKey[...]]
                : head[1].split(separator: "|", omittingEmptySubsequences: false).map { bytes(hex: $0)[...] }
            return Sample(
                types: head[0].split(separator: "|").map(String.init),
                components: components,
                routingKey: routingKey,
                token: try #require(tail.last.flatMap { Int64($0) })
            )
        }
    }

    @Test func tokensAreThoseOfTheServer() throws {
        let samples = try Self.samples()
        #expect(samples.count == 1804)
        for sample in samples {
            #expect(Token(routingKey: sample.routingKey).rawValue == sample.token)
            #expect(sample.components.count == sample.types.count)
            #expect(try Token.routingKey(sample.components) == sample.routingKey)
            #expect(try Token(components: sample.components).rawValue == sample.token)
        }
        // The smallest number is no token: keys made to hash to it are among the samples.
        #expect(samples.contains { $0.token == .max })
        #expect(!samples.contains { $0.token == .min })
    }

    @Test func tokenOfNothingIsZero() {
        #expect(Token(routingKey: [UInt8]()).rawValue == 0)
    }

    @Test func tokenDoesNotNeedContiguousBytes() {
        let key = Array("a partition key of some length".utf8)
        #expect(Token(routingKey: key.reversed() as ReversedCollection) == Token(routingKey: Array(key.reversed())))
    }

    @Test func overlongComponentIsRefused() {
        let long = [UInt8](repeating: 1, count: 65536)[...]
        #expect(throws: (any Error).self) { try Token.routingKey([long, [1]]) }
    }
}
