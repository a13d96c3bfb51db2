from tests.faults.ground_back import ON_TARGET, named_in
from tests.faults.test_back_beside import COPYING, half_done, GO_ON

def test_it(ground_back, target_back):
    half_done(ground_back, target_back, COPYING)
    before = ground_back.look(target_back)
    answer = ground_back.begin("archive", "list", *ON_TARGET, dsn=ground_back.address(target_back)).end()
    print(answer.said)
    import re
    for n in re.findall(r"#(\d+)", answer.out):
        for c in ("restore", "purge"):
            a = ground_back.begin("archive", c, n, *ON_TARGET, "--yes", "production", dsn=ground_back.address(target_back)).end()
            print(c, n, a.code, a.said)
    assert ground_back.look(target_back) == before
    assert 0
