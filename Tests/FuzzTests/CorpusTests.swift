import Foundation
import FuzzEntries
import TestSupport
import Testing

/// Every decoder on the corpus that fuzzing found, and on damaged copies of it.
@Suite struct CorpusTests {
    /// `PGSCYLLA_FUZZ_SEED` repeats a run, `PGSCYLLA_FUZZ_ROUNDS` lengthens it.
    private let seed = UInt64(ProcessInfo.processInfo.environment["PGSCYLLA_FUZZ_SEED"] ?? "") ?? 0x5EED
    private let rounds = Int(ProcessInfo.processInfo.environment["PGSCYLLA_FUZZ_ROUNDS"] ?? "") ?? 20

    private func corpus(of entry: FuzzEntry) throws -> [[UInt8]] {
        let folder = Fixtures.root.appending(path: "fuzz/\(entry.name)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test(arguments: FuzzEntry.all)
    func theCorpusKeepsTheLaws(_ entry: FuzzEntry) throws {
        let corpus = try corpus(of: entry)
        #expect(!corpus.isEmpty)
        for input in corpus { try entry.run(input) }
    }

    @Test(arguments: FuzzEntry.all)
    func damagedInputsKeepTheLaws(_ entry: FuzzEntry) throws {
        var generator = SeededRandom(seed: seed)
        for input in try corpus(of: entry) {
            for round in 0..<rounds {
                let damaged = generator.mutation(of: input)
                do {
                    try entry.run(damaged)
                } catch {
                    Issue.record("seed \(seed), round \(round): \(error): \(damaged)")
                }
            }
        }
    }
}
