# The ID, or a path or URL that contains it. The apply records the configured arguments, and sends the keepAlive that is due.
import {
  to = msgraph_call.lab
  id = "57dab8b1-894c-409a-b240-bd8beae78896"
}
