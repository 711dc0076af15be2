import pytest
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_x(live_server, page):
    page.on("response", lambda r: print("RESP", r.status, r.url[-60:]) if r.status>=400 else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.wait_for_timeout(6000)
    print("TAGS", page.locator(".opblock-tag").count(), page.locator("article").count())
    for _ in range(6):
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)"); page.wait_for_timeout(1000)
    print("TAGS", page.locator(".opblock-tag").count(), page.locator("article").count(), page.evaluate("document.body.scrollHeight"))
    print("ERR", page.locator(".errors-wrapper, .fallback, [class*=error]").all_inner_texts()[:5])
    s=page.evaluate("(async()=>{const r=await fetch('/api/v1/schema/');const t=await r.text();return [r.status,t.length,t.slice(0,100)]})()"); print("SCHEMA", s)
