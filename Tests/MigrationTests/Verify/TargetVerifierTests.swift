import Testing

@testable import Migration

@Suite struct TargetVerifierTests {
    /// Rows of 100 bytes fill a megabyte with ten thousand, more than a page may have; rows of 10 kB with 104.
    @Test(arguments: [
        (current: 100 as Int32, rowCount: 100, byteCount: 10_000, next: 800 as Int32),
        (800, 800, 80_000, 5000), (5000, 5000, 500_000, 5000), (5000, 5000, 50_000_000, 104),
        (100, 100, 500_000_000, 16), (100, 0, 0, 100), (16, 1, .max, 16),
    ])
    func pagesHaveAboutAMegabyte(current: Int32, rowCount: Int, byteCount: Int, next: Int32) {
        #expect(TargetVerifier.pageSize(after: current, rowCount: rowCount, byteCount: byteCount) == next)
    }
}
