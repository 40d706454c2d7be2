from kit.stage import Stage, unobserved


def test_a_stage_is_any_function_of_a_name_and_the_usual_one_does_nothing():
    seen: list[str] = []
    for stage in (seen.append, unobserved):
        observed: Stage = stage
        observed("event.begun")
    assert seen == ["event.begun"]
