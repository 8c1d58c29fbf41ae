import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct FaultPlanTests {
    private func kinds(_ plan: FaultPlan, count: Int = 10000) -> [String] {
        (0..<count).map { number in
            switch plan.fault(for: RequestAttempt(number: number, opcode: .execute, isWrite: true)) {
            case nil: "-"
            case .error(let error, _): "\(error.code)"
            case .dropConnection: "drop"
            case .silence: "lost"
            case .unprepared: "unprepared"
            case .delay: "slow"
            }
        }
    }

    @Test func keepsToItsRatesAndRepeats() {
        var plan = FaultPlan()
        plan.rates = [.overload: 0.1, .lost: 0.01, .slow: 0.2]
        plan.seed = 7
        let met = kinds(plan)
        #expect((850...1150).contains(met.count { $0 == "\(ErrorCode.overloaded)" }))
        #expect((60...150).contains(met.count { $0 == "lost" }))
        #expect((1800...2200).contains(met.count { $0 == "slow" }))
        #expect(met.count { $0 == "-" } > 6000)
        #expect(kinds(plan) == met)
        plan.seed = 8
        #expect(kinds(plan) != met)
    }

    @Test func aRateOfOneSparesNothing() {
        for kind in FaultPlan.Kind.allCases {
            var plan = FaultPlan()
            plan.rates = [kind: 1]
            #expect(!kinds(plan, count: 1000).contains("-"), "\(kind)")
        }
    }

    @Test func timeoutsAreOfWhatWasAsked() {
        var plan = FaultPlan()
        plan.rates = [.timeout: 1]
        for (isWrite, code) in [(true, ErrorCode.writeTimeout), (false, .readTimeout)] {
            guard
                case .error(let error, _) = plan.fault(
                    for: RequestAttempt(number: 0, opcode: .execute, isWrite: isWrite)
                )
            else { return #expect(Bool(false)) }
            #expect(error.code == code)
        }
    }
}
